import { createApp, h, ref, reactive } from 'vue'
import { NButton, NConfigProvider, NDataTable, NDatePicker, NDialogProvider, NForm, NFormItem, NInput, NInputNumber, NMessageProvider, NModal, NCard, NNotificationProvider, NPopconfirm, NSelect, NSkeleton, NSpace, NSwitch, NTabs, NTabPane, NTag, useDialog, useMessage, useNotification } from 'naive-ui'
import { post } from './post.js'

const Desk = {
  components: { NButton, NCard, NDataTable, NDatePicker, NForm, NFormItem, NInput, NInputNumber, NModal, NPopconfirm, NSelect, NSkeleton, NSpace, NSwitch, NTabs, NTabPane, NTag },
  setup() {
    const message = useMessage(), notice = useNotification(), dialog = useDialog()
    const rows = ref([{ id: 311, about: 'Printer says error 49', state: 'open' }, { id: 312, about: 'Failed login of the intern', state: 'open' }, { id: 313, about: 'New chair', state: 'closed' }])
    const open = ref(false), saving = ref(false), forecast = ref(''), loading = ref(false), form = ref()
    const model = reactive({ about: '', owner: null, hours: 1, due: null })
    const rules = { about: { required: true, message: 'Say what it is about', trigger: ['blur'] }, owner: { required: true, message: 'Pick who looks after it', trigger: ['change'] } }
    const create = async () => {
      try { await form.value.validate() } catch { return }
      saving.value = true
      try { const { id } = await post('/api/tickets', model); rows.value = [...rows.value, { id, about: 'Desk lamp', state: 'open' }]; open.value = false; notice.success({ title: 'Ticket opened', content: `It has the number ${id}`, duration: 3500 }) } catch (error) { message.error(error.message) }
      saving.value = false
    }
    const close = async (row) => { try { await post(`/api/tickets/${row.id}`, {}, 'DELETE'); rows.value = rows.value.filter((each) => each !== row); message.success('Ticket closed') } catch (error) { dialog.error({ title: 'Not possible', content: error.message, positiveText: 'Understood' }) } }
    const load = async () => { loading.value = true; forecast.value = (await post('/api/forecast')).text; loading.value = false }
    const columns = [{ title: 'No', key: 'id', sorter: (a, b) => a.id - b.id }, { title: 'About', key: 'about' }, { title: 'State', key: 'state', render: (row) => h(NTag, { type: row.state === 'open' ? 'error' : 'success', size: 'small' }, () => row.state) }, { title: '', key: 'x', render: (row) => h(NPopconfirm, { onPositiveClick: () => close(row), positiveText: 'Yes, close', negativeText: 'No' }, { trigger: () => h(NButton, { size: 'small' }, () => `Close ${row.id}`), default: () => 'Close this ticket?' }) }]
    return { rows, columns, open, model, rules, form, saving, create, load, loading, forecast, owners: ['Ada', 'Bo', 'Cem'].map((each) => ({ label: each, value: each })) }
  },
  template: `<div style="max-width:840px;margin:16px auto"><h1>Service desk</h1><n-space><n-button type="primary" @click="open = true">Open a ticket</n-button><n-button>Merge duplicates</n-button><n-button secondary @click="load">Forecast</n-button><n-button quaternary>Print queue</n-button><n-button disabled>Assign all</n-button></n-space>
  <div style="margin:12px 0;min-height:40px"><n-skeleton v-if="loading" text :repeat="2"/><p v-else>{{forecast}}</p></div>
  <n-tabs type="line"><n-tab-pane name="q" tab="Queue"><n-data-table :columns="columns" :data="rows" :row-key="(row) => row.id"/></n-tab-pane><n-tab-pane name="s" tab="Settings"><p>Errors of the mail gateway are sent to the administrators.</p><label>Mail me <n-switch aria-label="Mail me"/></label></n-tab-pane></n-tabs>
  <n-modal v-model:show="open"><n-card style="width:480px" title="New ticket" role="dialog" aria-modal="true"><n-form ref="form" :model="model" :rules="rules"><n-form-item label="Subject" path="about"><n-input v-model:value="model.about" placeholder="Subject"/></n-form-item><n-form-item label="Owner" path="owner"><n-select v-model:value="model.owner" :options="owners" placeholder="Owner"/></n-form-item><n-form-item label="Hours"><n-input-number v-model:value="model.hours" :min="1"/></n-form-item></n-form><n-space justify="end"><n-button @click="open = false">Cancel</n-button><n-button type="primary" :loading="saving" @click="create">Create ticket</n-button></n-space></n-card></n-modal></div>`,
}
const App = { components: { Desk, NConfigProvider, NDialogProvider, NMessageProvider, NNotificationProvider }, template: '<n-config-provider><n-message-provider><n-notification-provider><n-dialog-provider><desk/></n-dialog-provider></n-notification-provider></n-message-provider></n-config-provider>' }
createApp(App).mount('#root')
