import '@vaadin/button'
import '@vaadin/grid'
import '@vaadin/integer-field'
import '@vaadin/select'
import '@vaadin/tabs'
import '@vaadin/text-field'
import { Notification } from '@vaadin/notification'
import { post } from './post.js'

const VANS = [{ plate: 'KV 118', driver: 'Odile', state: 'On the road' }, { plate: 'KV 204', driver: 'Piet', state: 'Brake error, in repair' }, { plate: 'KV 377', driver: 'nobody', state: 'Failed inspection' }, { plate: 'KV 512', driver: 'Sami', state: 'Free' }]
const root = document.getElementById('root')
root.innerHTML = `<vaadin-tabs id="tabs">${[['/', 'Vans'], ['/trip', 'Plan a trip'], ['/fuel', 'Fuel card'], ['/damage', 'Damage'], ['/driver', 'Driver'], ['/tyres', 'Tyres']].map(([to, text]) => `<vaadin-tab data-to="${to}">${text}</vaadin-tab>`).join('')}</vaadin-tabs><div id="view" style="max-width:820px;margin:0 auto;padding:16px"></div>`
const view = document.getElementById('view'), tabs = document.getElementById('tabs')
const $ = (id) => document.getElementById(id)
const toast = (text, theme) => Notification.show(text, { duration: 2800, position: 'bottom-center', theme })
const skeleton = '<div class="skeleton" style="height:22px;background:#dde3ea;border-radius:4px;margin:8px 0"></div>'.repeat(3)

const pages = {
  '/': () => {
    view.innerHTML = '<h2>Vans</h2><vaadin-grid id="grid" all-rows-visible><vaadin-grid-column path="plate"></vaadin-grid-column><vaadin-grid-column path="driver"></vaadin-grid-column><vaadin-grid-column path="state"></vaadin-grid-column></vaadin-grid><p><vaadin-button id="where">Where are they?</vaadin-button> <vaadin-button id="export" theme="tertiary">Export list</vaadin-button></p><div id="map"></div><ul>' + VANS.map(({ plate }) => `<li><a href="/van/${plate.replace(' ', '-')}">Log of ${plate}</a></li>`).join('') + '</ul>'
    $('grid').items = VANS
    $('where').onclick = async () => { $('map').innerHTML = skeleton; $('map').textContent = (await post('/api/where')).text }
  },
  '/trip': () => {
    view.innerHTML = '<h2>Plan a trip</h2><vaadin-text-field id="from" label="From"></vaadin-text-field> <vaadin-text-field id="to" label="To"></vaadin-text-field> <vaadin-integer-field id="crates" label="Crates" value="4" min="1" max="40" step-buttons-visible></vaadin-integer-field><p id="load">4 crates weigh 72 kg</p><p><vaadin-button id="plan" theme="primary">Plan trip</vaadin-button> <vaadin-button id="cheap">Cheapest hour</vaadin-button></p><div id="said"></div>'
    $('crates').addEventListener('value-changed', ({ detail }) => { $('load').textContent = `${detail.value} crates weigh ${detail.value * 18} kg` })
    $('plan').onclick = async () => {
      $('said').innerHTML = ''; $('to').invalid = false
      if (!$('from').value) { $('from').errorMessage = 'Where does it start?'; $('from').invalid = true; return }
      $('from').invalid = false
      try { $('said').innerHTML = `<p>${(await post('/api/trips')).text}</p>` } catch (error) { $('to').errorMessage = error.message; $('to').invalid = true }
    }
    $('cheap').onclick = async () => { $('said').textContent = (await post('/api/cheap')).text }
  },
  '/fuel': () => {
    view.innerHTML = '<h2>Fuel card</h2><vaadin-text-field id="pan" label="Card number"></vaadin-text-field> <vaadin-text-field id="km" label="Mileage"></vaadin-text-field><p><vaadin-button id="bind" theme="primary">Bind card</vaadin-button></p>'
    $('bind').onclick = async () => { try { toast((await post('/api/bind')).text, 'success') } catch (error) { toast(error.message, 'error') } }
  },
  '/damage': () => {
    view.innerHTML = '<h2>Damage</h2><p>Three reports this month were errors of the sensor.</p><form id="f"><vaadin-text-field id="spot" label="Where on the van"></vaadin-text-field> <vaadin-text-field id="how" label="How it came"></vaadin-text-field><p><vaadin-button id="report" theme="primary">Report damage</vaadin-button></p></form>'
    $('report').onclick = () => { post('/api/damage').catch(() => {}) }
  },
  '/driver': () => {
    view.innerHTML = '<h2>Driver</h2><vaadin-text-field id="nick" label="Shown name"></vaadin-text-field> <vaadin-select id="shift" label="Shift"></vaadin-select><p><vaadin-button id="keep">Keep driver</vaadin-button> <vaadin-button id="call" theme="tertiary">Call dispatcher</vaadin-button></p>'
    $('shift').items = ['Early', 'Late', 'Night'].map((label) => ({ label, value: label })); $('shift').value = 'Early'
    $('shift').addEventListener('value-changed', () => toast(`Shift is now ${$('shift').value}`, 'success'), { once: true })
    $('keep').onclick = () => post('/api/driver')
    $('call').onclick = () => { throw new TypeError('dispatcher.ring is not a function') }
  },
  '/tyres': () => { view.innerHTML = '<h2>Tyres</h2><vaadin-text-field id="size" label="Size"></vaadin-text-field> <vaadin-text-field id="wish" label="Wish date"></vaadin-text-field><p><vaadin-button id="ask" theme="primary">Ask the garage</vaadin-button></p>'; $('ask').onclick = () => post('/api/tyres') },
}
function show() {
  const van = location.pathname.match(/^\/van\/(.+)$/)?.[1]
  if (van) view.innerHTML = `<h2>Log of ${van.replace('-', ' ')}</h2><p>06:10 left the yard. 06:44 engine warning, false alarm. 07:02 first stop.</p>`
  else (pages[location.pathname] ?? pages['/'])()
  tabs.selected = Math.max(0, [...tabs.children].findIndex((tab) => tab.dataset.to === location.pathname))
}
const go = (to) => { history.pushState(null, '', to); show() }
tabs.addEventListener('click', (event) => { const tab = event.target.closest('vaadin-tab'); if (tab) go(tab.dataset.to) })
view.addEventListener('click', (event) => { const link = event.target.closest('a[href]'); if (link) { event.preventDefault(); go(link.getAttribute('href')) } })
addEventListener('popstate', show); show()
