import 'cally'
import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, Tooltip } from 'chart.js'
import { post } from './post.js'

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Legend, Tooltip)
/** A part with its own shadow tree. */
const part = (tag, style, html, start) => customElements.define(tag, class extends HTMLElement {
  connectedCallback() { const root = this.attachShadow({ mode: 'open' }); root.innerHTML = `<style>:host{display:block;margin:14px 0}button{padding:6px 14px}[hidden]{display:none}${style}</style>${html}`; start.call(this, root, (id) => root.getElementById(id)) }
})
const now = document.getElementById('now')
setInterval(() => { now.textContent = `${(2.1 + Math.random()).toFixed(2)} kW` }, 900)

part('usage-chart', '.box{width:520px;height:220px}', '<h2>What you used</h2><div class="box"><canvas id="c"></canvas></div><button id="year">This year and last</button> <button>Compare with neighbours</button>', (root, $) => {
  const chart = new Chart($('c'), { type: 'bar', data: { labels: ['Jan', 'Feb', 'Mar', 'Apr'], datasets: [{ label: 'Day', backgroundColor: '#e8a33d', data: [210, 190, 170, 120] }, { label: 'Night', backgroundColor: '#35507a', data: [90, 84, 80, 61] }] }, options: { animation: { duration: 300 }, maintainAspectRatio: false } })
  $('year').onclick = () => { for (const series of chart.data.datasets) series.data = series.data.toReversed(); chart.update() }
})
part('day-picker', 'dialog{padding:12px}', '<p>Read on <b id="chosen">no day yet</b> <button id="open">Choose the day</button></p><dialog id="d"><calendar-date value="2026-05-04"><button slot="previous">Earlier</button><button slot="next">Later</button><calendar-month></calendar-month></calendar-date><p><button id="close">Close</button></p></dialog>', (root, $) => {
  $('open').onclick = () => $('d').showModal(); $('close').onclick = () => $('d').close()
  root.querySelector('calendar-date').addEventListener('change', (event) => { $('chosen').textContent = event.target.value; $('d').close() })
})
part('meter-form', '.note{color:#7a4a00}.note.bad{color:#a00}', '<label>Meter reading <input id="value" inputmode="numeric"></label> <span class="note" id="note">Five digits, without the red ones</span><p><button id="check">Check it</button> <button id="hand">Hand it in</button> <button id="photo">Send a photo</button></p><p id="answer"></p>', (root, $) => {
  $('check').onclick = async () => { const good = /^\d{5}$/.test($('value').value); $('note').className = good ? 'note' : 'note bad'; if (!good) { $('note').textContent = 'A digit too many or too few'; return } try { $('note').textContent = (await post('/api/check')).text } catch (error) { $('note').className = 'note bad'; $('note').textContent = error.message } }
  $('hand').onclick = () => { const day = document.querySelector('day-picker').shadowRoot.getElementById('date').value; post('/api/reading', { day }) }
  $('photo').onclick = async () => { try { await post('/api/photo') } catch { $('answer').textContent = 'We’re having trouble with pictures today.' } }
})
part('tariff-tabs', '[aria-selected=true]{font-weight:bold}', '<div role="tablist"><button role="tab" aria-selected="true">Fixed</button> <button role="tab" aria-selected="false">Night owl</button> <button role="tab" aria-selected="false">Outages</button></div><p id="text">One price all day.</p>', (root, $) => {
  const texts = ['One price all day.', 'Cheaper from ten to six.', 'Two outages, both repaired. Errors on a bill: none.']
  const tabs = [...root.querySelectorAll('[role=tab]')]
  tabs.forEach((tab, k) => { tab.onpointerdown = () => { tabs.forEach((one) => { one.ariaSelected = String(one === tab) }); $('text').textContent = texts[k] } })
})
part('bill-list', 'li{padding:4px 0}', '<h2>Bills</h2><ul id="l"></ul><p id="more"></p>', (root, $) => {
  let page = 0
  const load = async () => { const answer = await post(`/api/bills/${page++}`, {}, 'GET'); $('l').insertAdjacentHTML('beforeend', answer.rows.map((row) => `<li>${row} <button>Details</button></li>`).join('')); $('more').textContent = answer.rows.length ? '' : 'That is all'; if (answer.rows.length) new IntersectionObserver((seen, it) => { if (seen[0].isIntersecting) { it.disconnect(); load() } }).observe($('l').lastElementChild) }
  load()
  $('l').onclick = (event) => { if (event.target.localName === 'button' && event.target.parentElement !== $('l').children[1]) { const one = event.target.parentElement; one.append(one.querySelector('i') ? '' : Object.assign(document.createElement('i'), { textContent: ' paid in time' })) } }
})
part('past-readings', '', '<h2>Readings so far</h2><button id="refresh">Look again</button><ul id="l"><li>3 February: 40,871</li></ul><p id="seen"></p>', (root, $) => { let looks = 0; $('refresh').onclick = async () => { await post('/api/past', {}, 'GET'); $('seen').textContent = `Looked ${++looks} times` } })
