import { createApp, reactive, ref } from 'vue'
import PrimeVue from 'primevue/config'
import Aura from '@primevue/themes/aura'
import Button from 'primevue/button'
import InputText from 'primevue/inputtext'
import Select from 'primevue/select'
import DataTable from 'primevue/datatable'
import Column from 'primevue/column'
import Toast from 'primevue/toast'
import ToastService from 'primevue/toastservice'
import { useToast } from 'primevue/usetoast'
import ConfirmDialog from 'primevue/confirmdialog'
import ConfirmationService from 'primevue/confirmationservice'
import { useConfirm } from 'primevue/useconfirm'
import Message from 'primevue/message'
import Ripple from 'primevue/ripple'
import ToggleSwitch from 'primevue/toggleswitch'
import { post } from './post.js'

const Parcels = {
  components: { PButton: Button, InputText, PSelect: Select, DataTable, Column, Toast, ConfirmDialog, Message, ToggleSwitch },
  setup() {
    const toast = useToast(), confirm = useConfirm()
    const rows = ref([{ id: 'P-1', to: 'Leeds', state: 'Delivered' }, { id: 'P-2', to: 'Cork', state: 'Delivery failed' }, { id: 'P-3', to: 'Bergen', state: 'On its way' }])
    const form = reactive({ to: '', size: null, problem: '', express: false })
    const busy = ref(false)
    const say = (severity, summary, detail) => toast.add({ severity, summary, detail, life: 3500 })
    const add = async () => {
      form.problem = form.to ? '' : 'A parcel needs a destination'
      if (form.problem) return
      try { const made = await post('/api/parcels', form); rows.value = [...rows.value, made]; say('success', 'Parcel created', `${made.id} goes to ${made.to}`); form.to = '' } catch (error) { say('error', 'Parcel not created', error.message) }
    }
    const remove = (row) => confirm.require({ message: `Remove ${row.id} from the list?`, header: 'Remove parcel', acceptLabel: 'Remove', rejectLabel: 'Keep', accept: async () => { try { await post(`/api/parcels/${row.id}`, {}, 'DELETE'); rows.value = rows.value.filter((each) => each !== row); say('info', 'Removed', `${row.id} is gone`) } catch (error) { say('error', 'Still there', error.message) } } })
    const track = async () => { busy.value = true; const { text } = await post('/api/track'); say('info', 'Tracking', text); busy.value = false }
    return { rows, form, busy, add, remove, track, sizes: ['Small', 'Medium', 'Large'] }
  },
  template: `<div style="max-width:760px;margin:20px auto;font-family:system-ui"><Toast/><ConfirmDialog/><h1>Parcels</h1>
  <div style="display:flex;gap:12px;align-items:end;flex-wrap:wrap"><label>Destination<br><InputText v-model="form.to" :invalid="!!form.problem" aria-label="Destination"/></label><PSelect v-model="form.size" :options="sizes" placeholder="Size" aria-label="Size"/><label>Express <ToggleSwitch v-model="form.express" inputId="express" aria-label="Express"/></label>
  <PButton label="Create parcel" @click="add"/><PButton label="Print labels" severity="secondary"/><PButton label="Track all" :loading="busy" @click="track"/><PButton label="Call a courier" severity="help" outlined/></div>
  <Message v-if="form.problem" severity="error" size="small" variant="simple">{{form.problem}}</Message>
  <DataTable :value="rows" stripedRows style="margin-top:16px"><Column field="id" header="Parcel" sortable/><Column field="to" header="To" sortable/><Column field="state" header="State"/><Column><template #body="{data}"><PButton :aria-label="'Remove ' + data.id" label="Remove" severity="danger" text @click="remove(data)"/></template></Column></DataTable></div>`,
}
createApp(Parcels).use(PrimeVue, { theme: { preset: Aura }, ripple: true }).use(ToastService).use(ConfirmationService).directive('ripple', Ripple).mount('#root')
