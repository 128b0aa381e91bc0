import { Clock, SPEEDS } from './clock.js'
import { clockTime, element, icon } from './dom.js'
import { Lanes } from './lanes.js'
import { Rows } from './rows.js'
import { Stage } from './stage.js'

const STEP_MS = 5000
const KEYS = [
  ['space', 'play, pause'], ['← →', '5 s back, forward'], ['. ,', 'next, previous problem'], ['home end', 'begin, end'],
  ['+ −', 'faster, slower'], ['f', 'the list follows again'], ['?', 'these keys'],
]
const OUTCOMES = { success: 'good', failed: 'bad' }

/** The whole view of a recording: header, stage, rows, lanes and controls. */
export class View {
  constructor(root, recording, source, { moved = () => {}, stills = false, openLink = null, signal } = {}) {
    Object.assign(this, { recording, moved, openLink })
    this.clock = new Clock(recording, () => this.#update())
    const seek = (time) => this.clock.seek(time)
    this.stage = new Stage(recording, source, stills)
    this.rows = new Rows(recording, seek)
    this.lanes = new Lanes(recording, seek)
    this.header = this.#header()
    root.replaceChildren(this.header, this.stage.root, this.rows.root, this.#controls(), this.lanes.root)
    root.classList.add('view')
    document.addEventListener('keydown', (event) => this.#key(event), { signal })
  }

  /** Opens at a moment. */
  open(time) {
    this.clock.seek(time)
    this.rows.follow()
  }

  #header() {
    const { recording } = this
    const problems = recording.problems.length
    return element('header', {},
      element('h1', {}, `Recording of ${new Date(recording.start).toISOString().replace('T', ' ').slice(0, 16)} UTC`),
      element('span', { className: `outcome ${OUTCOMES[recording.outcome] ?? ''}` }, { success: 'success shown', failed: 'failed' }[recording.outcome] ?? 'outcome not shown'),
      element('span', { className: 'facts' }, `${clockTime(recording.duration)} · ${problems} ${problems === 1 ? 'problem' : 'problems'} · ${recording.id}`),
      element('p', { className: 'summary', tabIndex: 0 }, recording.summary),
      ...(recording.missing.length ? [element('p', { className: 'missing', tabIndex: 0 }, `Not complete: ${recording.missing.join('; ')}.`)] : []),
      ...(recording.kept_until === null ? [] : [element('p', { className: 'missing' }, `Pages are shown until ${clockTime(recording.kept_until)}; the recording is too large for more.`)]),
    )
  }

  #controls() {
    const button = (name, title, act) => {
      const made = element('button', { type: 'button', title, 'aria-label': title }, icon(name))
      made.addEventListener('click', act)
      return made
    }
    this.playButton = button('play', 'Play', () => this.clock.toggle())
    this.time = element('span', { className: 'clock' })
    this.address = element('span', { className: 'address' })
    this.speed = element('select', { 'aria-label': 'Speed' }, ...SPEEDS.map((speed) => element('option', { value: speed }, `${speed}×`)))
    this.speed.addEventListener('change', () => { this.clock.speed = Number(this.speed.value) })
    this.skips = element('input', { type: 'checkbox', checked: true })
    this.skips.addEventListener('change', () => { this.clock.skipsIdle = this.skips.checked })
    this.previous = button('previous', 'Previous problem', () => this.#problem(-1))
    this.next = button('next', 'Next problem', () => this.#problem(1))
    return element('div', { className: 'controls', role: 'group', 'aria-label': 'Playback' },
      this.playButton, this.previous, this.next, this.time, this.speed,
      element('label', {}, this.skips, 'skip idle'),
      ...(this.recording.tabs.length > 1 ? [this.#tabChoice()] : []),
      this.address,
      ...(this.openLink ? [this.#linkButton()] : []),
      this.#help(),
    )
  }

  /** Which tab is shown: the one in use, or always the same. */
  #tabChoice() {
    const options = this.recording.tabs.map(({ number }) => element('option', { value: number }, `Tab ${number}`))
    this.tabs = element('select', { 'aria-label': 'Tab' }, element('option', { value: 0 }, 'Tab in use'), ...options)
    this.tabs.addEventListener('change', () => this.#update())
    return this.tabs
  }

  #help() {
    const keys = KEYS.flatMap(([key, effect]) => [element('dt', {}, key), element('dd', {}, effect)])
    this.help = element('details', { className: 'help' }, element('summary', {}, 'Keys'), element('dl', {}, ...keys))
    return this.help
  }

  #linkButton() {
    const made = element('button', { type: 'button' }, 'Open here')
    made.title = 'Open the recording at this moment outside of the chat'
    made.addEventListener('click', () => this.openLink(this.clock.time))
    return made
  }

  #update() {
    const { time, playing, speed } = this.clock, { recording } = this
    const tab = Number(this.tabs?.value ?? 0) || recording.tabAt(time), page = recording.pageAt(tab, time)
    this.stage.show(tab, time)
    this.lanes.show(time)
    this.rows.show(time)
    this.time.textContent = `${clockTime(time, 1)} / ${clockTime(recording.duration)}`
    this.address.textContent = `${recording.tabs.length > 1 ? `Tab ${tab}: ` : ''}${page?.what ?? ''}`
    this.speed.value = String(speed)
    if (this.playButton.title !== (playing ? 'Pause' : 'Play')) {
      this.playButton.title = playing ? 'Pause' : 'Play'
      this.playButton.setAttribute('aria-label', this.playButton.title)
      this.playButton.replaceChildren(icon(playing ? 'pause' : 'play'))
    }
    this.previous.disabled = !recording.problemFrom(time, -1)
    this.next.disabled = !recording.problemFrom(time, 1)
    this.moved(time, playing)
  }

  #problem(step) {
    const found = this.recording.problemFrom(this.clock.time, step)
    if (!found) return
    this.rows.follows = true
    this.clock.seek(found.start)
    this.rows.follow()
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input[type=search], select')) return
    const act = {
      ' ': () => this.clock.toggle(),
      ArrowLeft: () => this.clock.seek(this.clock.time - STEP_MS),
      ArrowRight: () => this.clock.seek(this.clock.time + STEP_MS),
      Home: () => this.clock.seek(0),
      End: () => this.clock.seek(this.recording.duration),
      '.': () => this.#problem(1),
      ',': () => this.#problem(-1),
      '+': () => this.clock.faster(1),
      '-': () => this.clock.faster(-1),
      f: () => this.rows.follow(),
      '?': () => { this.help.open = !this.help.open },
      Escape: this.help.open ? () => { this.help.open = false } : undefined,
    }[event.key]
    if (!act || (event.key === ' ' && event.target.closest('button, input, summary'))) return
    event.preventDefault()
    act()
  }
}
