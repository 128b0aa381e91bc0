import 'vuetify/styles'
import { createApp, ref } from 'vue'
import { createVuetify } from 'vuetify'
import { VApp, VAlert, VBtn, VCard, VCardText, VCheckbox, VContainer, VForm, VList, VListItem, VMain, VMenu, VProgressLinear, VRating, VSelect, VSnackbar, VSwitch, VTextField, VWindow, VWindowItem } from 'vuetify/components'
import { Ripple } from 'vuetify/directives'
import { post } from './post.js'

const Clinic = {
  setup() {
    const step = ref(1), form = ref(null), name = ref(''), birth = ref(''), doctor = ref('Dr Sato'), agree = ref(false), remind = ref(true), rating = ref(0)
    const snack = ref({ open: false, text: '', color: '' }), problem = ref(''), slots = ref([]), loading = ref(false), done = ref('')
    const tell = (text, color) => { snack.value = { open: true, text, color } }
    const next = async () => { const { valid } = await form.value.validate(); if (valid) step.value = 2 }
    const find = async () => { loading.value = true; slots.value = []; slots.value = (await post('/api/slots')).slots; loading.value = false }
    const book = async (slot) => { problem.value = ''; try { done.value = (await post('/api/visits', { slot })).text; step.value = 3 } catch (error) { if (error.status === 409) problem.value = error.message; else tell(error.message, 'error') } }
    const rules = { need: (text) => (value) => !!value || text, date: (value) => /^\d\d\.\d\d\.\d{4}$/.test(value) || 'Write the date as DD.MM.YYYY' }
    return { step, form, name, birth, doctor, agree, remind, rating, snack, problem, slots, loading, done, next, find, book, rules, tell }
  },
  template: `<VApp><VMain><VContainer style="max-width:680px"><h1 class="text-h5 mb-3">See a doctor</h1>
  <VWindow v-model="step"><VWindowItem :value="1"><VForm ref="form" @submit.prevent="next">
  <VTextField v-model="name" label="Full name" :rules="[rules.need('Please tell us your name')]"/><VTextField v-model="birth" label="Date of birth" :rules="[rules.need('We need your date of birth'), rules.date]"/>
  <VSelect v-model="doctor" label="Doctor" :items="['Dr Sato','Dr Ek','First available']"/><VCheckbox v-model="agree" label="I agree to the rules" :rules="[v => !!v || 'You have to agree first']"/><VSwitch v-model="remind" label="Remind me" color="primary"/>
  <VBtn type="submit" color="primary">Continue</VBtn> <VBtn variant="text">Insurance details</VBtn> <VBtn variant="outlined">Upload a referral</VBtn></VForm></VWindowItem>
  <VWindowItem :value="2"><VBtn color="primary" @click="find">Find a time</VBtn> <VBtn variant="text" @click="step = 1">Back</VBtn> <VBtn variant="text">Call the desk</VBtn> <VBtn variant="text">Directions</VBtn><VProgressLinear v-if="loading" indeterminate class="mt-3"/>
  <VAlert v-if="problem" type="error" variant="tonal" class="mt-3">{{problem}}</VAlert><VList><VListItem v-for="slot in slots" :key="slot" @click="book(slot)">{{slot}}</VListItem></VList></VWindowItem>
  <VWindowItem :value="3"><VCard><VCardText><h2>{{done}}</h2><p>How was booking?</p><VRating v-model="rating" hover/><VBtn variant="tonal">Add to calendar</VBtn></VCardText></VCard></VWindowItem></VWindow>
  <VSnackbar v-model="snack.open" :color="snack.color" :timeout="4000">{{snack.text}}</VSnackbar></VContainer></VMain></VApp>`,
}
createApp(Clinic).use(createVuetify({ components: { VApp, VAlert, VBtn, VCard, VCardText, VCheckbox, VContainer, VForm, VList, VListItem, VMain, VMenu, VProgressLinear, VRating, VSelect, VSnackbar, VSwitch, VTextField, VWindow, VWindowItem }, directives: { Ripple } })).mount('#root')
