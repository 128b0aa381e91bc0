import 'leaflet/dist/leaflet.css'
import L from 'leaflet'
import { post } from './post.js'

document.getElementById('root').innerHTML = `<style>body{margin:0;font:15px system-ui}header{padding:8px 12px;display:flex;justify-content:space-between}#map{height:280px}.sheet{padding:12px}.chip{display:inline-block;padding:8px 12px;border:1px solid #aaa;border-radius:16px;margin:4px}.chip.on{background:#def}.btn{display:block;width:100%;padding:12px;margin:8px 0;border:0;background:#0a5;color:#fff;font-size:16px}.btn.plain{background:#eee;color:#222}.snack{position:fixed;left:12px;right:12px;bottom:12px;background:#333;color:#fff;padding:12px;transform:translateY(90px);transition:transform .2s}.snack.up{transform:none}</style>
<header><b>Pick-up points</b><span role="button" aria-label="Menu" id="burger">☰</span></header><nav id="nav" hidden><p>Orders</p><p>Problems with a delivery</p></nav><div id="map"></div><div class="sheet"><div id="chips"><span class="chip" role="checkbox" aria-checked="false" tabindex="0">Open late</span><span class="chip" role="checkbox" aria-checked="false" tabindex="0">Step-free</span></div><p id="point">Tap a point on the map</p><button class="btn" id="choose">Choose this point</button><button class="btn plain" id="near">Near me</button><button class="btn plain" id="remind">Remind me</button></div><div class="snack" role="status" id="snack"></div>`
const map = L.map('map', { attributionControl: false, zoomAnimation: false }).setView([52.37, 4.9], 13)
const $ = (id) => document.getElementById(id)
let chosen
const icon = L.divIcon({ className: 'pin', html: '<b style="font-size:22px">●</b>', iconSize: [24, 24] })
for (const [name, at] of [['Corner kiosk', [52.372, 4.895]], ['Station shop', [52.368, 4.91]]]) L.marker(at, { icon, title: name, alt: name, keyboard: true }).addTo(map).on('click', () => { chosen = name; $('point').textContent = `${name}, open until 8` })
const snack = (text) => { $('snack').textContent = text; $('snack').classList.add('up'); setTimeout(() => $('snack').classList.remove('up'), 3000) }
for (const chip of document.querySelectorAll('.chip')) chip.onclick = () => { chip.classList.toggle('on'); chip.setAttribute('aria-checked', chip.classList.contains('on')) }
$('burger').onclick = () => { $('nav').hidden = !$('nav').hidden }
$('choose').onclick = async () => { if (!chosen) return snack('Pick a point first'); try { await post('/api/choose', { chosen }); document.querySelector('.sheet').innerHTML = `<h2>All set</h2><p>We deliver to ${chosen} tomorrow.</p>` } catch (error) { snack(error.message) } }
$('near').onclick = async () => { $('near').textContent = 'Looking…'; const { text } = await post('/api/near'); $('near').textContent = 'Near me'; $('point').textContent = text }
