import { clockTime, element } from './dom.js'

const HEIGHT = 18
const LANES = [
  ['Pages', (row) => row.kind === 'navigation'],
  ['Actions', (row) => ['click', 'typing', 'change', 'scroll', 'tab'].includes(row.kind)],
  ['Messages', (row) => row.kind === 'text' || row.kind === 'event' || row.kind === 'custom'],
  ['Console', (row) => row.kind === 'console'],
  ['Requests', (row) => row.kind === 'network'],
]

/** Lanes under the stage: what happened when, with flags marked. A click or a drag seeks. */
export class Lanes {
  constructor(recording, seek) {
    Object.assign(this, { recording, seek })
    this.canvas = element('canvas', { 'aria-hidden': 'true' })
    this.head = element('div', { className: 'head' })
    this.track = element(
      'div',
      { className: 'track', role: 'slider', tabIndex: 0, 'aria-label': 'Time', 'aria-valuemin': 0, 'aria-valuemax': Math.ceil(recording.duration / 1000) },
      this.canvas, this.head,
    )
    const names = element('div', { className: 'lane-names', 'aria-hidden': 'true' })
    names.append(...LANES.map(([name]) => element('span', {}, name)), element('span', {}, 'Idle'))
    this.root = element('div', { className: 'lanes' }, names, this.track)
    this.track.addEventListener('pointerdown', (event) => {
      this.track.setPointerCapture(event.pointerId)
      this.#seekTo(event)
    })
    this.track.addEventListener('pointermove', (event) => event.buttons && this.#seekTo(event))
    new ResizeObserver(() => this.#draw()).observe(this.track)
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw())
  }

  show(time) {
    this.head.style.left = `${this.#share(time) * 100}%`
    this.track.setAttribute('aria-valuenow', Math.round(time / 1000))
    this.track.setAttribute('aria-valuetext', `${clockTime(time)} of ${clockTime(this.recording.duration)}`)
  }

  #share(time) {
    return this.recording.duration ? Math.min(1, time / this.recording.duration) : 0
  }

  #seekTo(event) {
    const box = this.track.getBoundingClientRect()
    this.seek(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * this.recording.duration)
  }

  #draw() {
    const width = this.track.clientWidth, height = HEIGHT * (LANES.length + 1)
    const ratio = window.devicePixelRatio || 1
    Object.assign(this.canvas, { width: width * ratio, height: height * ratio })
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` })
    const pen = this.canvas.getContext('2d')
    if (!pen || !width) return
    pen.scale(ratio, ratio)
    const colour = (name) => {
      this.canvas.style.color = `var(--${name})`
      return getComputedStyle(this.canvas).color // resolved: a canvas does not know light-dark()
    }
    const colours = Object.fromEntries(['bad', 'warn', 'good', 'mark', 'page'].map((name) => [name, colour(name)]))
    LANES.forEach(([, belongs], lane) => {
      for (const row of this.recording.rows) {
        if (!belongs(row)) continue
        const left = this.#share(row.start) * width
        const ends = row.kind === 'navigation' ? this.#leaves(row) : row.kind === 'network' ? row.until : null
        const wide = Math.max(2, this.#share(ends ?? row.start) * width - left - 1)
        pen.fillStyle = colours[row.flags.length || row.tone === 'error' ? 'bad' : ({ warn: 'warn', done: 'good' }[row.tone] ?? (lane ? 'mark' : 'page'))]
        pen.fillRect(left, lane * HEIGHT + 3, wide, HEIGHT - 6)
        if (row.flags.length) pen.fillRect(left, 0, 1, height)
      }
    })
    pen.fillStyle = colours.page
    for (const [from, to] of this.recording.quiet) {
      pen.fillRect(this.#share(from) * width, LANES.length * HEIGHT + 6, Math.max(1, this.#share(to - from) * width), HEIGHT - 12)
    }
  }

  /** When the visitor left a page. */
  #leaves(row) {
    const place = this.recording.pages.indexOf(row)
    return this.recording.pages.slice(place + 1).find((next) => next.tab === row.tab)?.start ?? this.recording.duration
  }
}
