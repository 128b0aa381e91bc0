import '@shoelace-style/shoelace/dist/themes/light.css'
import '@shoelace-style/shoelace/dist/components/alert/alert.js'
import '@shoelace-style/shoelace/dist/components/button/button.js'
import '@shoelace-style/shoelace/dist/components/details/details.js'
import '@shoelace-style/shoelace/dist/components/input/input.js'
import '@shoelace-style/shoelace/dist/components/switch/switch.js'
import { post } from './post.js'

document.getElementById('root').innerHTML = `<div style="max-width:700px;margin:16px auto;font:16px/1.5 system-ui"><h1>Profile</h1><sl-alert variant="primary" open>Your profile is visible to your team.</sl-alert><br><sl-input id="name" label="Display name" help-text="Up to 20 letters"></sl-input><sl-input id="city" label="City"></sl-input><br><sl-switch id="mails">Weekly mail</sl-switch> <small id="hint" style="color:#15803d"></small><br><br><sl-button id="save" variant="primary">Save profile</sl-button> <sl-button id="photo">Change photo</sl-button><br><br><sl-details summary="What if my name is rejected?">Names that failed the check are replaced by your mail address.</sl-details></div>`
const $ = (id) => document.getElementById(id)
const toast = (variant, title, text) => { const alert = Object.assign(document.createElement('sl-alert'), { variant, closable: true, duration: 3200, innerHTML: `<strong>${title}</strong><br>${text}` }); document.body.append(alert); return alert.toast() }
$('save').addEventListener('click', async () => {
  $('name').setAttribute('help-text', 'Up to 20 letters')
  if (!$('name').value) { $('name').setAttribute('help-text', 'Enter a display name'); return }
  $('save').loading = true
  try { await post('/api/profile', {}, 'PATCH'); toast('success', 'Your changes have been saved', 'Your team sees them at once.') } catch (error) { toast('danger', 'Your changes were not saved', error.message) }
  $('save').loading = false
})
$('photo').addEventListener('click', () => toast('neutral', 'Photos come from your company', 'Ask your administrator to change yours.'))
$('mails').addEventListener('sl-change', async () => { $('hint').textContent = 'Saving…'; await post('/api/mails', {}, 'PATCH'); $('hint').textContent = 'Preference saved' })
