import '@ionic/core/css/core.css'
import { initialize } from '@ionic/core/components'
import { toastController, alertController } from '@ionic/core/components'
import { defineCustomElement as app } from '@ionic/core/components/ion-app.js'
import { defineCustomElement as header } from '@ionic/core/components/ion-header.js'
import { defineCustomElement as toolbar } from '@ionic/core/components/ion-toolbar.js'
import { defineCustomElement as title } from '@ionic/core/components/ion-title.js'
import { defineCustomElement as content } from '@ionic/core/components/ion-content.js'
import { defineCustomElement as item } from '@ionic/core/components/ion-item.js'
import { defineCustomElement as list } from '@ionic/core/components/ion-list.js'
import { defineCustomElement as label } from '@ionic/core/components/ion-label.js'
import { defineCustomElement as input } from '@ionic/core/components/ion-input.js'
import { defineCustomElement as toggle } from '@ionic/core/components/ion-toggle.js'
import { defineCustomElement as button } from '@ionic/core/components/ion-button.js'
import { defineCustomElement as segment } from '@ionic/core/components/ion-segment.js'
import { defineCustomElement as segmentButton } from '@ionic/core/components/ion-segment-button.js'
import { defineCustomElement as spinner } from '@ionic/core/components/ion-spinner.js'
import { defineCustomElement as toast } from '@ionic/core/components/ion-toast.js'
import { defineCustomElement as alerts } from '@ionic/core/components/ion-alert.js'
import { defineCustomElement as note } from '@ionic/core/components/ion-note.js'
import { post } from './post.js'

initialize({ mode: 'md' })
for (const define of [app, header, toolbar, title, content, item, list, label, input, toggle, button, segment, segmentButton, spinner, toast, alerts, note]) define()
document.getElementById('root').innerHTML = `<ion-app><ion-header><ion-toolbar><ion-title>City bus</ion-title></ion-toolbar></ion-header><ion-content class="ion-padding">
<ion-segment value="adult"><ion-segment-button value="adult"><ion-label>Adult</ion-label></ion-segment-button><ion-segment-button value="child"><ion-label>Child</ion-label></ion-segment-button></ion-segment>
<ion-list><ion-item><ion-input id="to" label="Where to" label-placement="stacked" error-text="Pick a stop first" helper-text="A stop or a street"></ion-input></ion-item><ion-item><ion-toggle id="bike">Bring a bike</ion-toggle></ion-item></ion-list>
<ion-button id="buy">Buy ticket</ion-button><ion-button fill="outline" id="times">Departures</ion-button><ion-button fill="clear">Show map</ion-button><ion-button fill="clear">Share trip</ion-button><ion-button fill="clear" color="danger" id="refund">Refund last ticket</ion-button><div id="out"></div></ion-content></ion-app>`
const $ = (id) => document.getElementById(id)
const tell = async (message, color) => (await toastController.create({ message, color, duration: 3000, position: 'bottom' })).present()
$('buy').onclick = async () => {
  const to = $('to'), value = to.value
  to.classList.add('ion-touched'); to.classList.toggle('ion-invalid', !value)
  if (!value) return
  $('buy').disabled = true
  try { const { code } = await post('/api/tickets'); await tell(`Ticket ${code} is valid for 90 minutes`, 'success') } catch (error) { await tell(error.message, 'danger') }
  $('buy').disabled = false
}
$('times').onclick = async () => { $('out').innerHTML = '<ion-spinner></ion-spinner>'; $('out').innerHTML = `<p>${(await post('/api/times')).text}</p>` }
$('refund').onclick = async () => (await alertController.create({ header: 'Refund the last ticket?', message: 'You get 2.80 back.', buttons: [{ text: 'No', role: 'cancel' }, { text: 'Refund it', handler: () => { post('/api/refund').then(() => tell('Refunded', 'success'), (error) => tell(error.message, 'danger')) } }] })).present()
