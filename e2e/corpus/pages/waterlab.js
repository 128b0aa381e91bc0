import '@tabler/core/dist/css/tabler.min.css'
import { post } from './post.js'

const root = document.getElementById('root')
const $ = (selector) => document.querySelector(selector)
const samples = [['W-1042', 'Mill pond', 'Error in bottle'], ['W-1043', 'Well 7', 'Failed: E. coli'], ['W-1044', 'Town hall tap', 'Passed'], ['W-1045', 'Brook, upper', 'Waiting']]
const alertBox = (kind, text) => `<div class="alert alert-${kind}" role="alert"><div class="alert-title">${text}</div></div>`
const input = (id, label, more = '') => `<div class="mb-3"><label class="form-label" for="${id}">${label}</label><input class="form-control" id="${id}" autocomplete="off" ${more}></div>`

root.innerHTML = `<div class="page"><header class="navbar navbar-expand-md d-print-none"><div class="container-xl"><h1 class="navbar-brand">Clearwell Laboratory</h1><div class="navbar-nav flex-row"><a class="nav-link px-2" href="#/">Dashboard</a><a class="nav-link px-2" href="#/samples">Samples</a><a class="nav-link px-2" href="#/new">Register sample</a><a class="nav-link px-2" href="#/devices">Devices</a><a class="nav-link px-2" href="#/complaint">Complaint</a><a class="nav-link px-2" href="#/shift">Shift note</a><span class="nav-link px-2">Queue <span class="badge bg-red text-red-fg" id="queue">12</span></span></div></div></header><div class="page-wrapper"><div class="page-body"><div class="container-xl" id="view"></div></div></div></div>`
const view = $('#view')

const pages = {
  '#/': () => { view.innerHTML = `<div class="row row-cards"><div class="col-4"><div class="card"><div class="card-body"><div class="subheader">Failed samples</div><div class="h1">1</div></div></div></div><div class="col-4"><div class="card"><div class="card-body"><div class="subheader">Released today</div><div class="h1">31</div></div></div></div><div class="col-4"><div class="card"><div class="card-body"><div class="subheader">Limits</div><a href="#/limit/lead">Lead</a> <a href="#/limit/nitrate">Nitrate</a></div></div></div></div>` },
  '#/samples': () => {
    view.innerHTML = `<div class="card"><div class="card-header"><h3 class="card-title">Samples</h3><div class="card-actions dropdown"><button class="btn dropdown-toggle" id="acts" aria-haspopup="true" aria-expanded="false">Actions</button><div class="dropdown-menu" id="menu"><button class="dropdown-item" id="urgent">Show urgent only</button><button class="dropdown-item" id="labels">Print labels</button></div></div></div><table class="table table-vcenter card-table"><thead><tr><th><button class="table-sort" id="byname">Number</button></th><th>Place</th><th>Result</th></tr></thead><tbody>${samples.map(([id, place, result]) => `<tr><td><a href="#/samples/${id}">${id}</a></td><td>${place}</td><td><span class="badge ${/Err|Fail/.test(result) ? 'bg-red-lt' : 'bg-green-lt'}">${result}</span></td></tr>`).join('')}</tbody></table></div>`
    const menu = (open) => { $('#menu').classList.toggle('show', open); $('#acts').setAttribute('aria-expanded', open) }
    $('#acts').onpointerdown = () => menu(!$('#menu').classList.contains('show'))
    $('#urgent').onclick = () => { menu(false); for (const row of view.querySelectorAll('tbody tr')) row.hidden = !/Fail|Wait/.test(row.textContent) }
    $('#labels').onclick = () => { menu(false) ; throw new Error('printer is not defined') }
    $('#byname').onclick = () => { const body = view.querySelector('tbody'); body.append(...[...body.rows].reverse()) }
  },
  '#/new': () => {
    view.innerHTML = `<form class="card" id="new" novalidate><div class="card-header"><h3 class="card-title">Register sample</h3></div><div class="card-body"><div id="said"></div>${input('place', 'Place')}${input('volume', 'Volume in ml', 'inputmode="numeric"')}<div class="mb-3"><div class="form-label">Tests</div><label class="form-check"><input class="form-check-input" type="checkbox" id="lead"><span class="form-check-label">Lead</span></label><label class="form-check"><input class="form-check-input" type="checkbox" id="coli"><span class="form-check-label">Coliforms</span></label></div></div><div class="card-footer text-end"><button class="btn btn-primary" type="submit">Register</button></div></form>`
    $('#new').onsubmit = async (event) => {
      event.preventDefault(); $('#said').innerHTML = ''; $('#volume').classList.remove('is-invalid'); view.querySelector('.invalid-feedback')?.remove()
      try { await post('/api/samples', { volume: $('#volume').value }); view.innerHTML = `<div class="empty"><p class="empty-title">Sample W-1046 is registered</p><p class="empty-subtitle text-secondary">Put the bottle into rack C.</p></div>` } catch (error) { if (error.status === 400) { $('#volume').classList.add('is-invalid'); $('#volume').insertAdjacentHTML('afterend', `<div class="invalid-feedback">${error.message}</div>`) } else $('#said').innerHTML = alertBox('danger', error.message) }
    }
  },
  '#/devices': () => {
    view.innerHTML = `<div class="card"><div class="card-body"><h3>Spectrometer</h3><p id="drift">Last drift: unknown</p><button class="btn" id="calibrate">Calibrate</button> <button class="btn" id="restart">Restart</button> <button class="btn" id="lamp">Lamp hours</button> <button class="btn btn-ghost" id="lock">Lock door</button></div></div><div class="card mt-3"><div class="card-body"><h3>Order supplies</h3><form id="order">${input('what', 'Article')}${input('count', 'Packs')}<button class="btn">Place order</button></form></div></div>`
    $('#calibrate').onclick = async () => { $('#drift').innerHTML = '<div class="spinner-border text-blue" role="status"></div>'; $('#drift').textContent = (await post('/api/calibrate')).text }
    $('#restart').onclick = async () => { await post('/api/restart').catch((error) => console.error('restart refused', error.message)) }
    $('#lamp').onclick = async () => { const { text } = await post('/api/lamp'); $('#drift').textContent = text }
    $('#order').onsubmit = (event) => { event.preventDefault(); post('/api/order').catch(() => {}) }
  },
  '#/complaint': () => { view.innerHTML = `<form class="card" id="c"><div class="card-body"><h3>Complaint about a result</h3>${input('number', 'Sample number')}<div class="mb-3"><label class="form-label" for="why">What seems wrong</label><textarea class="form-control" id="why"></textarea></div><button class="btn btn-primary">File complaint</button></div></form>`; $('#c').onsubmit = (event) => event.preventDefault() },
  '#/shift': () => { view.innerHTML = `<form class="card" id="s"><div class="card-body"><h3>Shift note</h3>${input('who', 'Handed to')}<div class="mb-3"><label class="form-label" for="note">Note</label><textarea class="form-control" id="note"></textarea></div><button class="btn btn-primary">Hand over</button></div></form>`; $('#s').onsubmit = (event) => event.preventDefault() },
}
const limits = { lead: ['Lead', '10 micrograms per litre; above it the test has failed.'], nitrate: ['Nitrate', '50 milligrams per litre.'] }
function sample(id) {
  view.innerHTML = `<div class="card"><div class="card-header"><h3 class="card-title">${id}</h3></div><div class="card-body"><div id="said"></div><p>Lead below the limit. Nitrate 31 mg.</p><button class="btn btn-primary" id="release">Release result</button> <button class="btn" id="label">Print label</button></div></div>`
  $('#release').onclick = async () => { if (!confirm(`Release the result of ${id}?`)) return; try { $('#said').innerHTML = alertBox('success', (await post('/api/release')).text) } catch (error) { $('#said').innerHTML = alertBox('danger', error.message) } }
}
function show() {
  const hash = location.hash || '#/', [, kind, key] = hash.match(/^#\/(samples|limit)\/(.+)$/) ?? []
  if (kind === 'samples') sample(key)
  else if (kind === 'limit') view.innerHTML = `<div class="card"><div class="card-body"><h3>${limits[key][0]}</h3><p>${limits[key][1]}</p></div></div>`
  else (pages[hash] ?? pages['#/'])()
}
addEventListener('hashchange', show); show()
setInterval(async () => { $('#queue').textContent = (await post('/api/queue')).n }, 7000)
