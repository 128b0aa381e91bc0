import Framework7 from 'framework7/bundle'
import 'framework7/css'
import 'framework7/components/dialog/css'
import 'framework7/components/form/css'
import 'framework7/components/input/css'
import 'framework7/components/radio/css'
import 'framework7/components/skeleton/css'
import 'framework7/components/stepper/css'
import 'framework7/components/toast/css'
import 'framework7/components/toggle/css'
import { post } from './post.js'

const bar = (title, back = true) => `<div class="navbar"><div class="navbar-bg"></div><div class="navbar-inner">${back ? '<div class="left"><a class="link back" href="#"><span>Home</span></a></div>' : ''}<div class="title">${title}</div></div></div>`
const page = (name, title, body, back) => `<div class="page" data-name="${name}">${bar(title, back)}<div class="page-content">${body}</div></div>`
const item = (id, label, clear) => `<li class="item-content item-input"><div class="item-inner"><div class="item-title item-label">${label}</div><div class="item-input-wrap"><input type="text" id="${id}" aria-label="${label}" autocomplete="off">${clear ? '<span class="input-clear-button"></span>' : ''}</div></div></li>`
const list = (items) => `<div class="list list-strong inset"><ul>${items}</ul></div>`
const row = (href, text) => `<li><a href="${href}" class="item-link item-content"><div class="item-inner"><div class="item-title">${text}</div></div></a></li>`
const button = (id, text, more = 'button-fill') => `<button class="button ${more}" id="${id}" style="margin:10px 16px;width:auto">${text}</button>`

let app
const $ = (id) => document.getElementById(id)
const toast = (text) => app.toast.create({ text, closeTimeout: 2400, position: 'center' }).open()
const tell = async (path, after) => { try { after(await post(path)) } catch (error) { toast(error.message) } }

const routes = [
  { path: '/', content: page('home', 'Ledge Climbing', `<div class="block"><p>Falls caught this year: 1204. Failed belay checks: 0.</p></div>${list(row('/wall/', 'The wall') + row('/routes/slab/', 'Slab: easy') + row('/routes/roof/', 'Roof: hard') + row('/slot/', 'Book a slot') + row('/partner/', 'Find a partner') + row('/kit/', 'Rent kit') + row('/freeze/', 'Freeze membership'))}`, false) },
  { path: '/routes/slab/', content: page('slab', 'Slab: easy', '<div class="block"><p>Twelve routes, good for the first day.</p></div>') },
  { path: '/routes/roof/', content: page('roof', 'Roof: hard', '<div class="block"><p>Six routes. Most attempts fail at the lip.</p></div>') },
  {
    path: '/wall/', content: page('wall', 'The wall', `<div class="block" id="crowd"><p>Tap to see how full it is.</p></div>${button('full', 'How full is it?')}${button('topo', 'Open topo', 'button-outline')}${button('beep', 'Ring the desk', 'button-outline')}`),
    on: { pageInit() {
      $('full').onclick = async () => { $('crowd').innerHTML = '<div class="skeleton-text">Forty people</div><div class="skeleton-block skeleton-effect-wave" style="height:30px;width:100%"></div>'; const { text } = await post('/api/crowd'); $('crowd').innerHTML = `<p>${text}</p>` }
      $('beep').onclick = () => { fetch('/api/desk', { method: 'POST' }) }
    } },
  },
  {
    path: '/slot/', content: page('slot', 'Book a slot', `${list(item('climber', 'Climber') + item('code', 'Member code', true))}<div class="block"><p>Hours</p><div class="stepper" id="hours"><div class="stepper-button-minus" role="button" aria-label="Less"></div><div class="stepper-input-wrap"><input type="text" value="1" min="1" max="6" step="1" readonly aria-label="Hours"></div><div class="stepper-button-plus" role="button" aria-label="More"></div></div></div>${button('book', 'Book slot')}<div class="block" id="booked"></div>`),
    on: { pageInit() {
      app.stepper.create({ el: '#hours' })
      $('book').onclick = () => tell('/api/slots', ({ text }) => { $('booked').innerHTML = `<p><b>${text}</b></p>`; $('book').remove() })
    } },
  },
  {
    path: '/partner/', content: page('partner', 'Find a partner', `${list(item('grade', 'Your grade') + item('days', 'Days you climb') + '<li><label class="item-radio item-radio-icon-start item-content"><input type="radio" name="lead" value="1"><i class="icon icon-radio"></i><div class="item-inner"><div class="item-title">I can lead</div></div></label></li>')}${button('post', 'Post my card')}`),
    on: { pageInit() { $('post').onclick = () => toast('Posted') } },
  },
  {
    path: '/kit/', content: page('kit', 'Rent kit', `${list(item('shoe', 'Shoe size', true) + '<li class="item-content"><div class="item-inner"><div class="item-title">Harness</div><div class="item-after"><label class="toggle"><input type="checkbox" aria-label="Harness"><span class="toggle-icon"></span></label></div></div></li>')}${button('rent', 'Reserve kit')}${button('price', 'Show prices', 'button-outline')}<div class="block" id="prices"></div>`),
    on: { pageInit() {
      $('rent').onclick = () => { post('/api/kit').catch(() => {}) }
      $('price').onclick = () => tell('/api/prices', ({ text }) => { $('prices').innerHTML = `<p>${text}</p>` })
    } },
  },
  {
    path: '/freeze/', content: page('freeze', 'Freeze membership', `${list(item('from', 'From') + item('reason', 'Reason'))}${button('freeze', 'Freeze now', 'button-fill color-red')}`),
    on: { pageInit() { $('freeze').onclick = () => app.dialog.confirm('Freeze for three months?', 'Ledge', () => tell('/api/freeze', ({ text }) => toast(text))) } },
  },
]
$('root').innerHTML = '<div class="view view-main"></div>'
app = new Framework7({ el: '#root', name: 'Ledge', theme: 'ios', routes })
app.views.create('.view-main', { url: '/', browserHistory: true, browserHistorySeparator: '#!', browserHistoryInitialMatch: true })
