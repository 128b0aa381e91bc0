import { Bridge } from './bridge.js'
import { clockTime, element } from './dom.js'
import { Recording } from './recording.js'
import { View } from './view.js'

const TOOL = 'session-recording-view'
const LEAST_HEIGHT = 600 // pixels; the client may give less
const MOST_LISTED = 40

/** The view in a chat client. It shows the recording that a tool was called for, or those that its result names. */
class App {
  constructor(root) {
    Object.assign(this, { root, bridge: new Bridge(), stop: new AbortController() })
    this.bridge.on('ui/notifications/tool-input', ({ arguments: args }) => { this.args = args ?? {} })
    this.bridge.on('ui/notifications/tool-result', (result) => this.#show(result))
    this.bridge.on('ui/notifications/tool-cancelled', () => this.#say('The call was cancelled.'))
    this.bridge.on('ui/notifications/host-context-changed', (context) => this.#adapt(context))
  }

  async start() {
    this.#say('Waiting for the result …')
    this.#adapt(await this.bridge.connect())
    new ResizeObserver(() => this.#resize()).observe(this.root)
  }

  /** Asks for as much height as the view needs; a narrow one is longer. */
  #resize() {
    const height = Math.max(LEAST_HEIGHT, this.root.scrollHeight)
    if (height === this.height) return
    this.height = height
    this.bridge.notify('ui/notifications/size-changed', { width: document.documentElement.clientWidth, height })
  }

  /** Follows the colours of the client. */
  #adapt({ theme }) {
    if (theme) document.documentElement.style.colorScheme = theme
  }

  #say(text) {
    this.root.replaceChildren(element('p', { className: 'message', role: 'status' }, text))
  }

  #show(result) {
    if (result.isError) return this.#say('The tool reported an error, which the chat shows.')
    const found = result.structuredContent ?? {}
    if (this.args?.id) return this.#open(this.args.id, this.#moment(found))
    const named = mentioned(found)
    if (!named.length) return this.#say('The result names no recording.')
    const list = element('nav', { className: 'mentioned', 'aria-label': 'Recordings in the result' }, ...named.map(({ id, seconds, label }) => {
      const button = element('button', { type: 'button' }, label ? `${label} · ${clockTime(seconds * 1000)}` : `${id.slice(0, 13)}… · ${clockTime(seconds * 1000)}`)
      button.addEventListener('click', () => this.#open(id, seconds * 1000, list))
      return button
    }))
    this.#open(named[0].id, named[0].seconds * 1000, list)
  }

  /** The moment that the call was about, in ms; null for the first problem. */
  #moment(found) {
    if (typeof found.seconds === 'number') return found.seconds * 1000
    const around = Number(this.args.around ?? this.args.at ?? this.args.from ?? NaN)
    return Number.isFinite(around) ? around * 1000 : null
  }

  async #open(id, moment, list) {
    this.stop.abort() // the keys of the recording before
    this.stop = new AbortController()
    const { signal } = this.stop
    const place = element('div', {})
    this.root.replaceChildren(...(list ? [list] : []), place)
    place.append(element('p', { className: 'message', role: 'status' }, 'Reading the recording …'))
    try {
      const { recording: data, link } = await this.#data({ id })
      if (signal.aborted) return
      const recording = new Recording(data)
      const source = { frame: (tab, at) => this.#data({ id, tab, at }) }
      const openLink = (time) => this.bridge.request('ui/open-link', { url: `${link}${link.includes('?') ? '&' : '?'}t=${Math.floor(time / 1000)}` }).catch(() => {})
      const view = new View(place, recording, source, { openLink, signal })
      view.open(moment ?? recording.problems[0]?.start ?? 0)
    } catch (error) {
      if (!signal.aborted) place.replaceChildren(element('p', { className: 'message', role: 'alert' }, error.message))
    }
  }

  async #data(args) {
    const found = await this.bridge.call(TOOL, args)
    if (!found.found) throw new Error(found.note ?? 'There is nothing to show.')
    return JSON.parse(found.data)
  }
}

/** The recordings that a result links to, each once, with the moment and what the result says of it. */
function mentioned(result) {
  const found = new Map()
  const waiting = [[result, '']]
  while (waiting.length && found.size < MOST_LISTED) {
    const [value, label] = waiting.shift()
    if (typeof value === 'string') {
      const [, id, seconds] = /^https?:\/\/[^\s?#]+\/replay\/([^\s/?#]+)(?:\?t=(\d+))?$/.exec(value) ?? []
      if (id && !found.has(id)) found.set(id, { id: decodeURIComponent(id), seconds: Number(seconds ?? 0), label })
    } else if (value && typeof value === 'object') {
      const named = Array.isArray(value) ? label : labelOf(value) ?? label
      waiting.push(...Object.values(value).map((each) => [each, named]))
    }
  }
  return [...found.values()]
}

/** What a part of a comparison is about. */
function labelOf({ problems, name, error, target, step, page }) {
  const about = [name, error, target, step, page].find((each) => typeof each === 'string' && each)
  return problems ? `${Object.keys(problems).join(', ')}: ${about ?? ''}` : about
}

new App(document.getElementById('player')).start()
