import '@ui5/webcomponents/dist/Button.js'
import '@ui5/webcomponents/dist/Input.js'
import '@ui5/webcomponents/dist/Label.js'
import '@ui5/webcomponents/dist/Select.js'
import '@ui5/webcomponents/dist/Option.js'
import '@ui5/webcomponents/dist/Dialog.js'
import '@ui5/webcomponents/dist/Toast.js'
import '@ui5/webcomponents/dist/MessageStrip.js'
import '@ui5/webcomponents/dist/BusyIndicator.js'
import '@ui5/webcomponents/dist/Switch.js'
import '@ui5/webcomponents/dist/CheckBox.js'
import '@ui5/webcomponents/dist/Panel.js'
import '@ui5/webcomponents/dist/StepInput.js'
import { post } from './post.js'

document.getElementById('root').innerHTML = `<main style="max-width:720px;margin:16px auto">
<h1>Travel expenses</h1><div id="strip"></div>
<ui5-panel header-text="Rules of reimbursement" collapsed><p>Receipts are required. Missing receipts lead to rejection.</p></ui5-panel>
<p><ui5-label for="city" required show-colon>City</ui5-label><br><ui5-input id="city" accessible-name="City"></ui5-input></p>
<p><ui5-label for="nights">Nights</ui5-label><br><ui5-step-input id="nights" accessible-name="Nights" value="1" min="1"></ui5-step-input></p>
<p><ui5-select id="cost" accessible-name="Cost centre"><ui5-option>Sales</ui5-option><ui5-option>Research</ui5-option></ui5-select> <ui5-switch id="adv" accessible-name="Advance payment"></ui5-switch></p>
<ui5-busy-indicator id="busy" size="M"><p><ui5-button id="file" design="Emphasized">Submit expenses</ui5-button> <ui5-button id="rate">Exchange rate</ui5-button> <ui5-button id="scan">Scan receipt</ui5-button> <ui5-button id="drop" design="Negative">Delete report</ui5-button></p></ui5-busy-indicator><p id="rates"></p>
<ui5-dialog id="ask" header-text="Delete report"><p>All receipts go with it.</p><div slot="footer"><ui5-button id="yes" design="Negative">Delete it</ui5-button><ui5-button id="no">Keep it</ui5-button></div></ui5-dialog><ui5-toast id="toast" duration="3000"></ui5-toast></main>`
const $ = (id) => document.getElementById(id)
const strip = (design, text) => { $('strip').innerHTML = `<ui5-message-strip design="${design}">${text}</ui5-message-strip>` }
const toast = (text) => { $('toast').textContent = text; $('toast').open = true }
$('file').addEventListener('click', async () => {
  const city = $('city'); $('strip').replaceChildren()
  if (!city.value) { city.valueState = 'Negative'; city.innerHTML = '<div slot="valueStateMessage">Where have you been?</div>'; city.focus(); return }
  city.valueState = 'None'
  $('busy').active = true
  try { await post('/api/expenses', { city: city.value }); toast('Expenses submitted') } catch (error) { strip('Negative', error.message) }
  $('busy').active = false
})
$('rate').addEventListener('click', async () => { $('busy').active = true; $('rates').textContent = (await post('/api/rate')).text; $('busy').active = false })
$('drop').addEventListener('click', () => { $('ask').open = true })
$('no').addEventListener('click', () => { $('ask').open = false })
$('yes').addEventListener('click', async () => { $('ask').open = false; try { await post('/api/report', {}, 'DELETE'); toast('Report deleted') } catch (error) { strip('Negative', error.message) } })
