import 'flatpickr/dist/flatpickr.css'
import flatpickr from 'flatpickr'
import * as knockout from 'knockout'
import { post } from './post.js'

const ko = knockout.default ?? knockout
// Bulma's classes, with the few of its rules that matter here: all of them would be most of the recording.
document.getElementById('root').innerHTML = `<style>.container{margin:auto}.tabs ul{display:flex;gap:12px;list-style:none}.notification{padding:12px;background:#eee}.notification.is-success{background:#48c78e}.notification.is-danger{background:#f14668;color:#fff}.help.is-danger{color:#f14668}.button{padding:6px 12px}.button.is-loading{color:transparent;pointer-events:none}.buttons{display:flex;gap:8px}.input.is-danger{border-color:#f14668}</style><section class="section"><div class="container" style="max-width:700px"><h1 class="title">Meeting rooms</h1>
<div class="tabs"><ul><li data-bind="css: {'is-active': tab() === 'book'}"><a href="#book" data-bind="click: () => tab('book')">Book</a></li><li data-bind="css: {'is-active': tab() === 'mine'}"><a href="#mine" data-bind="click: () => tab('mine')">My rooms</a></li></ul></div>
<div class="notification" data-bind="visible: notice(), css: kind"><button class="delete" aria-label="Dismiss" data-bind="click: () => notice('')"></button><span data-bind="text: notice"></span></div>
<div data-bind="visible: tab() === 'book'">
<div class="field"><label class="label" for="room">Room</label><div class="select"><select id="room" data-bind="options: rooms, value: room, optionsCaption: 'Choose a room'"></select></div><p class="help is-danger" data-bind="visible: showErrors() && !room()">Choose a room first.</p></div>
<div class="field"><label class="label" for="day">Day</label><div class="control"><input class="input" id="day" readonly data-bind="value: day, css: {'is-danger': showErrors() && !day()}"></div><p class="help is-danger" data-bind="visible: showErrors() && !day()">Which day?</p></div>
<div class="field"><label class="label">Seats</label><div class="buttons has-addons"><button class="button" aria-label="Fewer seats" data-bind="click: () => seats(seats() - 1), enable: seats() > 1">−</button><span class="button is-static" data-bind="text: seats"></span><button class="button" aria-label="More seats" data-bind="click: () => seats(seats() + 1)">+</button></div></div>
<div class="buttons"><button class="button is-link" data-bind="click: book, css: {'is-loading': busy}">Book room</button><button class="button" data-bind="click: check, css: {'is-loading': checking}">Who is there?</button><button class="button is-text">Show floor plan</button><button class="button is-danger is-light" disabled>Book all rooms</button></div>
<progress class="progress is-small" data-bind="visible: checking"></progress><p data-bind="text: people"></p></div>
<div data-bind="visible: tab() === 'mine'"><table class="table is-fullwidth"><tbody data-bind="foreach: mine"><tr><td data-bind="text: room"></td><td data-bind="text: day"></td><td><button class="button is-small is-danger" data-bind="click: $parent.cancel">Cancel room</button></td></tr></tbody></table><p data-bind="visible: !mine().length">You have no rooms.</p><p class="help">Cancelled rooms are not refunded.</p></div></div></section>`
function Rooms() {
  const self = this
  Object.assign(this, { tab: ko.observable('book'), notice: ko.observable(''), kind: ko.observable(''), rooms: ['Elm', 'Oak', 'Fir'], room: ko.observable(), day: ko.observable(''), seats: ko.observable(4), showErrors: ko.observable(false), busy: ko.observable(false), checking: ko.observable(false), people: ko.observable(''), mine: ko.observableArray([{ room: 'Oak', day: 'Monday' }]) })
  const say = (kind, text) => { self.kind(kind); self.notice(text) }
  this.book = async () => {
    self.notice(''); self.showErrors(true)
    if (!self.room() || !self.day()) return
    self.busy(true)
    try { await post('/api/book'); self.mine.push({ room: self.room(), day: self.day() }); say('is-success', `${self.room()} is booked for you`) } catch (error) { say('is-danger', error.message) }
    self.busy(false)
  }
  this.check = async () => { self.checking(true); self.people((await post('/api/people')).text); self.checking(false) }
  this.cancel = async (one) => { if (!confirm('Cancel this room?')) return; try { await post('/api/cancel'); self.mine.remove(one) } catch (error) { say('is-danger', error.message) } }
}
ko.applyBindings(new Rooms(), document.getElementById('root'))
flatpickr('#day', { disableMobile: true })
