import 'bulma/css/bulma.min.css'
import { createApp, ref, onMounted, onUnmounted } from 'vue'
import Oruga from '@oruga-ui/oruga-next'
import { post } from './post.js'

const THINGS = { sundial: ['Sundial of Arles', 'It is wrong by four minutes in November.'], pendulum: ['Pendulum of 1681', 'It failed on the first voyage and was rebuilt.'], cuckoo: ['Three cuckoos', 'One of them is silent.'] }
const said = (busy, note, path, body) => async () => {
  busy.value = true; note.value = null
  try { note.value = { kind: 'is-success', text: (await post(path, body?.())).text } } catch (error) { note.value = { kind: 'is-danger', text: error.message } }
  busy.value = false
}
const NOTE = '<o-notification v-if="note" :class="[\'notification\', \'is-light\', note.kind]" role="alert" :active="true">{{ note.text }}</o-notification>'

const Home = {
  setup() { const at = ref(0), open = ref(false), photos = ['Tower clock', 'Ship clock', 'Fire clock', 'Night clock', 'Water clock']; return { at, open, photos, things: THINGS } },
  template: `<h1 class="title">House of Clocks</h1><div class="box"><p class="has-text-weight-bold">{{ photos[at] }}</p><o-button root-class="button is-small" @click="at = (at + photos.length - 1) % photos.length">Previous picture</o-button> <o-button root-class="button is-small" @click="at = (at + 1) % photos.length">Next picture</o-button></div>
    <div class="content"><ul><li v-for="(thing, key) in things"><a :href="'/x/' + key">{{ thing[0] }}</a></li></ul></div><o-button root-class="button" @click="open = true">Opening hours</o-button> <o-button root-class="button is-ghost">Plan my route</o-button>
    <o-modal v-model:active="open" :width="420" content-class="box" aria-label="Opening hours"><p>Ten to six. On Mondays the clocks rest.</p><o-button root-class="button" @click="open = false">Close hours</o-button></o-modal>`,
}
const Thing = {
  props: ['id'],
  setup(props) {
    const busy = ref(false), text = ref(''), kept = ref(false)
    const listen = async () => { busy.value = true; text.value = (await post('/api/audio')).text; busy.value = false }
    return { thing: THINGS[props.id], busy, text, listen, kept }
  },
  template: `<h1 class="title">{{ thing[0] }}</h1><p>{{ thing[1] }}</p><div class="buttons mt-3"><o-button root-class="button is-link" @click="listen">Hear the guide</o-button><o-button root-class="button" @click="kept = !kept" :aria-pressed="kept">{{ kept ? 'In my tour' : 'Add to my tour' }}</o-button><o-button root-class="button">Zoom in</o-button></div>
    <div v-if="busy"><o-skeleton animated width="70%"></o-skeleton><o-skeleton animated width="90%"></o-skeleton><o-skeleton animated width="40%"></o-skeleton></div><p v-else>{{ text }}</p>`,
}
const Tickets = {
  setup() {
    const busy = ref(false), note = ref(null), mail = ref(''), name = ref(''), time = ref('10:00'), seats = ref(1), bad = ref('')
    const send = said(busy, note, '/api/tickets', () => ({ time: time.value }))
    const submit = () => { note.value = null; bad.value = /.@.+\..+/.test(mail.value) ? '' : 'Please enter a complete e-mail address.'; if (!bad.value) send() }
    return { busy, note, mail, name, time, seats, bad, submit }
  },
  template: `<h1 class="title">Tickets</h1>${NOTE}<form @submit.prevent="submit" novalidate><o-field label="Name" label-class="label"><o-input id="t-name" aria-label="Name" v-model="name" input-class="input" /></o-field><o-field label="E-mail" label-class="label"><o-input aria-label="E-mail" v-model="mail" input-class="input" /></o-field><p v-if="bad" class="help is-danger">{{ bad }}</p>
    <o-field label="Time" label-class="label"><o-select aria-label="Time" v-model="time" select-class="select"><option>10:00</option><option>12:00</option><option>15:00</option></o-select></o-field>
    <div class="field"><span class="label">Seats</span><div class="buttons has-addons"><button type="button" class="button" aria-label="One less" @click="seats = Math.max(1, seats - 1)">−</button><span class="button is-static">{{ seats }}</span><button type="button" class="button" aria-label="One more" @click="seats++">+</button></div></div>
    <o-button type="submit" native-type="submit" root-class="button is-primary" :class="{ 'is-loading': busy }">Buy tickets</o-button></form>`,
}
const Card = {
  setup() { const busy = ref(false), note = ref(null), code = ref(''); return { busy, note, code, renew: said(busy, note, '/api/renew') } },
  template: `<h1 class="title">Season card</h1>${NOTE}<form @submit.prevent="renew"><o-field label="Card code" label-class="label"><o-input aria-label="Card code" v-model="code" input-class="input" /></o-field><o-button type="submit" native-type="submit" root-class="button is-primary">Renew card</o-button></form><p class="mt-4">A lost card is no problem: tell the desk.</p>`,
}
const Tour = {
  setup() {
    const school = ref(''), age = ref(''), days = ref(''), free = ref('')
    const look = async () => { free.value = (await post('/api/days')).text }
    return { school, age, days, free, look, send: () => post('/api/tour') }
  },
  template: `<h1 class="title">School tours</h1><form @submit.prevent="send"><o-field label="School" label-class="label"><o-input aria-label="School" v-model="school" input-class="input" /></o-field><o-field label="Age of the class" label-class="label"><o-input aria-label="Age of the class" v-model="age" input-class="input" /></o-field><o-button type="submit" native-type="submit" root-class="button is-primary">Request tour</o-button></form><o-button root-class="button mt-3" @click="look">Free days</o-button><p>{{ free }}</p>`,
}
const Lost = {
  setup() { const what = ref(''), where = ref(''); return { what, where, send: () => post('/api/lost').catch(() => {}) } },
  template: `<h1 class="title">Lost and found</h1><form @submit.prevent="send"><o-field label="What did you lose?" label-class="label"><o-input aria-label="What did you lose?" v-model="what" input-class="input" /></o-field><o-field label="In which room?" label-class="label"><o-input aria-label="In which room?" v-model="where" input-class="input" /></o-field><o-button type="submit" native-type="submit" root-class="button is-primary">Tell the desk</o-button></form>`,
}
const Guest = {
  setup() { const line = ref(''), town = ref(''); return { line, town, send: () => post('/api/guest') } },
  template: `<h1 class="title">Guest book</h1><article class="message is-danger"><div class="message-body">"The silent cuckoo was not an error after all!" Ilse, Graz</div></article><form @submit.prevent="send"><o-field label="Your line" label-class="label"><o-input aria-label="Your line" v-model="line" type="textarea" input-class="textarea" /></o-field><o-field label="Town" label-class="label"><o-input aria-label="Town" v-model="town" input-class="input" /></o-field><o-button type="submit" native-type="submit" root-class="button">Sign the book</o-button></form>`,
}
const PAGES = { '/': 'Home', '/tickets': 'Tickets', '/card': 'Card', '/tours': 'Tour', '/lost': 'Lost', '/guests': 'Guest' }
const App = {
  components: { Home, Thing, Tickets, Card, Tour, Lost, Guest },
  setup() {
    const path = ref(location.pathname), set = () => { path.value = location.pathname }
    const follow = (event) => { const link = event.target.closest('a[href^="/"]'); if (!link) return; event.preventDefault(); history.pushState(null, '', link.getAttribute('href')); set() }
    onMounted(() => addEventListener('popstate', set)); onUnmounted(() => removeEventListener('popstate', set))
    return { path, follow, pages: PAGES, links: { '/': 'House', '/tickets': 'Tickets', '/card': 'Season card', '/tours': 'School tours', '/lost': 'Lost and found', '/guests': 'Guest book' } }
  },
  template: `<div @click="follow"><nav class="navbar is-dark" aria-label="Main"><div class="navbar-brand"><a v-for="(text, to) in links" :href="to" class="navbar-item">{{ text }}</a></div></nav><section class="section"><div class="container is-max-desktop"><Thing v-if="path.startsWith('/x/')" :id="path.slice(3)" :key="path" /><component v-else :is="pages[path]" /></div></section></div>`,
}
createApp(App).use(Oruga, {}).mount('#root')
