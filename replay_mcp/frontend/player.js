import { element } from './dom.js'
import { HttpSource } from './http_source.js'
import { askForKey } from './key_form.js'
import { Recording } from './recording.js'
import { View } from './view.js'

const REMEMBER_MS = 500

/** The player of the local API, at /project/ENVIRONMENT/replay/SESSION_ID?t=SECONDS. */
async function start() {
  const root = document.getElementById('player')
  const [, environment, id] = /^\/project\/(\d+)\/replay\/([^/]+)/.exec(location.pathname) ?? []
  const source = new HttpSource(environment, id)
  const bar = element('progress', { max: 1, 'aria-label': 'Reading the recording' })
  root.replaceChildren(element('div', { className: 'message' }, element('p', {}, 'Reading the recording …'), bar))
  try {
    const data = await source.recording((share) => { bar.value = share })
    const view = new View(root, new Recording(data), source, { moved: remember })
    document.title = `Recording ${data.id}`
    const time = secondsOf(new URLSearchParams(location.search).get('t')) * 1000
    view.open(time)
    if (time && time < data.duration) view.clock.toggle() // a link to a moment is about what happens then
  } catch (error) {
    if (error.status === 401) return askForKey(root, start)
    root.replaceChildren(element('div', { className: 'message' }, element('h1', {}, 'No recording'), element('p', {}, error.message)))
  }
}

/** The seconds of `?t=`: 83, 83.5 or 1:23. */
function secondsOf(text) {
  const parts = (text ?? '').split(':').map(Number)
  const seconds = parts.reduce((all, part) => all * 60 + part, 0)
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0
}

let timer = 0

/** Keeps the moment in the address, so that the page can be shared and reloaded. */
function remember(time, playing) {
  clearTimeout(timer)
  if (playing) return
  timer = setTimeout(() => {
    const address = new URL(location.href)
    address.searchParams.set('t', (time / 1000).toFixed(1))
    history.replaceState(null, '', address)
  }, REMEMBER_MS)
}

start()
