import 'quasar/dist/quasar.css'
import { createApp, ref } from 'vue'
import { ClosePopup, Dialog, Notify, QBadge, QBanner, QBtn, QCard, QCardSection, QCheckbox, QInput, QLayout, QPage, QPageContainer, QSelect, QSlider, QStep, QStepper, QStepperNavigation, QTab, QTabs, QTooltip, Quasar, Ripple, useQuasar } from 'quasar'
import { post } from './post.js'

const Campaign = {
  setup() {
    const q = useQuasar(), tab = ref('write'), subject = ref(''), list = ref('Customers'), tries = ref(0), banner = ref(''), counting = ref(false), sent = ref(false), title = ref('')
    const input = ref(null)
    const test = async () => { if (!input.value.validate()) return; try { await post('/api/test'); q.notify({ type: 'positive', message: 'Test mail is on its way' }) } catch (error) { q.notify({ type: 'negative', message: error.message, timeout: 3000 }) } }
    const count = async () => { counting.value = true; title.value = (await post('/api/count')).text; counting.value = false }
    const send = () => q.dialog({ title: 'Send to all?', message: 'It cannot be called back.', cancel: true, ok: { label: 'Send now' } }).onOk(async () => { banner.value = ''; try { const { text } = await post('/api/send'); sent.value = true; title.value = text } catch (error) { banner.value = error.message } })
    return { tab, subject, list, tries, banner, counting, sent, title, input, test, count, send }
  },
  template: `<QLayout view="hHh lpr fFf"><QPageContainer><QPage style="max-width:640px;margin:0 auto;padding:16px"><h1 class="text-h5">Newsletter</h1>
  <QTabs v-model="tab" align="left"><QTab name="write" label="Write"/><QTab name="numbers" label="Numbers"/></QTabs>
  <QBanner v-if="banner" class="bg-red-2 text-red-10">{{banner}}</QBanner>
  <div v-if="sent" class="text-h6 q-my-md">{{title}}</div>
  <div v-else-if="tab === 'write'"><QInput ref="input" v-model="subject" label="Subject" :rules="[v => !!v || 'Without a subject nobody opens it']" lazy-rules/><QSelect v-model="list" :options="['Customers','Press','Bounced (failed)']" label="List"/><QCheckbox label="Track opens" :model-value="tries > 0" @update:model-value="tries++"/>
  <p>{{title}}</p><QBtn color="primary" label="Send test" no-caps @click="test"/> <QBtn outline label="Count readers" no-caps :loading="counting" @click="count"/> <QBtn flat label="Preview mail" no-caps/> <QBtn flat label="Insert image" no-caps/> <QBtn color="negative" label="Send to all" no-caps @click="send"/></div>
  <div v-else><QCard><QCardSection>Last mail: 3 of 900 deliveries failed</QCardSection></QCard><QBtn flat label="Download numbers" no-caps/></div></QPage></QPageContainer></QLayout>`,
}
const components = { QBadge, QBanner, QBtn, QCard, QCardSection, QCheckbox, QInput, QLayout, QPage, QPageContainer, QSelect, QSlider, QStep, QStepper, QStepperNavigation, QTab, QTabs, QTooltip }
const app = createApp(Campaign).use(Quasar, { plugins: { Dialog, Notify }, components, directives: { Ripple, ClosePopup } })
app.mount('#root')
