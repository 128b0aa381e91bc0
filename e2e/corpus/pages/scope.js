import 'spectre.css/dist/spectre.min.css'
import m from 'mithril'

const call = (method, path) => m.request({ method, url: path, extract: (xhr) => ({ status: xhr.status, ...JSON.parse(xhr.responseText || '{}') }) })
const things = [{ id: 'm31', name: 'Andromeda Galaxy' }, { id: 'm57', name: 'Ring Nebula' }, { id: 'm42', name: 'Orion Nebula' }, { id: 'm13', name: 'Hercules Cluster' }]
const state = { q: '', stars: new Set(), toast: '', clock: 0, minutes: 5, busy: false, note: '', tab: 'queued', jobs: [{ id: 1, name: 'M 42, 60 s', state: 'Failed' }, { id: 2, name: 'M 81, 30 s', state: 'Failed' }], inverted: false }
const tick = () => { const now = document.getElementById('clock'); if (now) now.textContent = `LST 04:12:${String(++state.clock % 60).padStart(2, '0')}` }
setInterval(tick, 1000)
const toast = (text) => { state.toast = text; setTimeout(() => { state.toast = ''; m.redraw() }, 2500) }

const Frame = { view: ({ children }) => m('.container.grid-md', [
  m('header.navbar', [m('section.navbar-section', [m(m.route.Link, { class: 'navbar-brand mr-2', href: '/' }, 'Ridge Observatory'), m(m.route.Link, { class: 'btn btn-link', href: '/queue' }, 'Queue'), m(m.route.Link, { class: 'btn btn-link', href: '/time' }, 'Ask for time'), m(m.route.Link, { class: 'btn btn-link', href: '/account' }, 'Account')]), m('section.navbar-section', [m('span.label#clock', 'LST 04:12:00'), m('button.btn.btn-sm.ml-2', { type: 'button' }, 'Dome camera')])]),
  state.toast && m('.toast.mb-2', state.toast), children]) }
const Home = { view: () => m(Frame, [m('h2', 'Catalogue'), m('label.form-label', ['Look for ', m('input.form-input', { value: state.q, oninput: (e) => { state.q = e.target.value } })]),
  m('.columns', (() => { const found = things.filter((thing) => thing.name.toLowerCase().includes(state.q.toLowerCase())); return found.length ? found.map((thing) => m('.column.col-6', { key: thing.id }, m('.card.my-2', [m('.card-header', m(m.route.Link, { href: `/object/${thing.id}` }, thing.name))]))) : m('.empty', m('p.empty-title.h5', 'The catalogue has nothing like that')) })())]) }
const Thing = {
  oncreate: ({ dom }) => Thing.paint(dom), onupdate: ({ dom }) => Thing.paint(dom),
  paint: (dom) => { const c = dom.querySelector('canvas').getContext('2d'); c.fillStyle = state.inverted ? '#fff' : '#001'; c.fillRect(0, 0, 300, 160); c.fillStyle = state.inverted ? '#001' : '#ffd'; for (let k = 0; k < 60; k++) c.fillRect((k * 83) % 300, (k * 47) % 160, 2, 2) },
  view: ({ attrs }) => { const thing = things.find((one) => one.id === attrs.id); return m(Frame, [m('h2', thing.name), m('canvas', { width: 300, height: 160 }), m('p', [m('button.btn', { onclick: () => { state.inverted = !state.inverted } }, 'Invert the picture'), ' ', m('button.btn', { 'aria-pressed': String(state.stars.has(thing.id)), onclick: async () => { state.stars.add(thing.id); const a = await call('PUT', '/api/stars'); if (a.status > 299) { state.stars.delete(thing.id); toast('We couldn’t keep that star, so we put it back.') } m.redraw() } }, state.stars.has(thing.id) ? '★ Starred' : '☆ Star it'), ' ', m('button.btn', { type: 'button' }, 'Finder chart')])]) },
}
const Queue = { view: () => m(Frame, [m('ul.tab', [['queued', 'In the queue'], ['failed', 'Failed exposures (2)']].map(([key, label]) => m('li.tab-item', { class: state.tab === key ? 'active' : '' }, m('a', { href: '#', onclick: (e) => { e.preventDefault(); state.tab = key } }, label)))),
  state.tab === 'queued' ? m('p', 'Two exposures wait for a clear sky.') : m('table.table', state.jobs.map((job) => m('tr', { key: job.id }, [m('td', job.name), m('td', m('span.chip', job.state)), m('td', [m('button.btn.btn-sm', { 'aria-label': `Retry ${job.name}`, onclick: async () => { const a = await call('POST', `/api/retry/${job.id}`); if (a.status < 300) { job.state = 'Queued'; job.note = '' } else job.note = a.text; m.redraw() } }, 'Retry'), job.note && m('small.text-gray', ` ${job.note}`)])])))]) }
const Time = { view: () => m(Frame, [m('h2', 'Ask for time'), m('form', { onsubmit: async (e) => { e.preventDefault(); state.busy = true; state.note = ''; const a = await call('POST', '/api/time'); state.busy = false; state.note = a.text; m.redraw() } }, [
  m('label.form-label', ['What for ', m('input.form-input#purpose', { required: true })]), m('p', ['Minutes ', m('.btn-group', [m('button.btn', { type: 'button', 'aria-label': 'Fewer minutes', onclick: () => { state.minutes -= 5 } }, '−'), m('span.btn.disabled', state.minutes), m('button.btn', { type: 'button', 'aria-label': 'More minutes', onclick: () => { state.minutes += 5 } }, '+')])]),
  state.note && m('.card.p-2.mb-2', m('span', state.note)), m('button.btn.btn-primary', { class: state.busy ? 'loading' : '' }, 'Send my wish'), ' ', m('a', { href: '#', onclick: (e) => e.preventDefault() }, 'Get more nights')])]) }
const Account = { oninit: async () => { const a = await call('GET', '/api/me'); if (a.status === 401) m.route.set('/away') }, view: () => m(Frame, m('p', '')) }
const Away = { view: () => m(Frame, m('.empty', [m('p.empty-title.h5', 'You’ve been away for a while'), m('p.empty-subtitle', 'For your safety we have signed you out. Sign in to go on.'), m('form', { onsubmit: async (e) => { e.preventDefault(); const a = await call('POST', '/api/sign'); state.wrong = a.text; m.redraw() } }, [m('label.form-label', ['Pass phrase ', m('input.form-input', { type: 'password' })]), state.wrong && m('p.form-input-hint', state.wrong), m('button.btn.btn-primary', 'Sign in')])])) }
m.route.prefix = ''
m.route(document.getElementById('root'), '/', { '/': Home, '/object/:id': Thing, '/queue': Queue, '/time': Time, '/account': Account, '/away': Away })
