import { clockTime, element } from './dom.js'

const LOAD_MS = 4000 // a frame that takes longer to be laid out is shown as far as it is
const RIPPLE_MS = 900
const KEPT_FRAMES = 40
const STILL_MS = 3000 // how long a still is taken for the present screen

/**
 * Shows frames of the recorded pages, with pointer and clicks over them. With `stills`, there are frames of some moments
 * only: the stage names the moment, and shows no pointer at other ones.
 */
export class Stage {
  constructor(recording, source, stills = false) {
    Object.assign(this, { recording, source, stills, shown: '', wanted: '', busy: false, kept: new Map() })
    this.frames = [this.#frame(), this.#frame()]
    this.pointer = element('div', { className: recording.touch ? 'pointer finger' : 'pointer', hidden: true })
    this.ripples = element('div', { className: 'ripples' })
    this.screen = element('div', { className: 'screen' }, ...this.frames, this.ripples, this.pointer)
    this.note = element('p', { className: 'note', role: 'status' })
    this.root = element('div', { className: 'stage' }, this.screen, this.note)
    this.size = [0, 0]
    new ResizeObserver(() => this.#scale()).observe(this.root)
  }

  /** Shows a tab at a moment; while a frame is being made, only the latest moment counts. */
  show(tab, time) {
    const at = this.recording.changeBefore(tab, time)
    this.#drawPointer(tab, this.stills && time - at > STILL_MS ? -1 : time)
    const { kept_until: until } = this.recording
    const key = `${tab} ${at}${until !== null && time > until ? ' and later' : ''}`
    if (key === this.wanted) return
    Object.assign(this, { wanted: key, tab, at })
    if (!this.busy) this.#load()
  }

  async #load() {
    this.busy = true
    this.root.setAttribute('aria-busy', 'true')
    while (this.shown !== this.wanted) {
      const { wanted, tab, at } = this
      try {
        await this.#put(at === null ? { html: '' } : await this.#made(`${tab} ${at}`, tab, at), at, wanted.endsWith('later'))
      } catch (error) {
        this.note.textContent = error.message
      }
      this.shown = wanted
      const next = at === null ? null : this.recording.changeAfter(tab, at)
      if (next !== null && wanted === this.wanted) this.#made(`${tab} ${next}`, tab, next).catch(() => {}) // ahead of time
    }
    this.busy = false
    this.root.removeAttribute('aria-busy')
  }

  async #made(key, tab, at) {
    const frame = this.kept.get(key) ?? (await this.source.frame(tab, at))
    this.kept.delete(key)
    this.kept.set(key, frame)
    if (this.kept.size > KEPT_FRAMES) this.kept.delete(this.kept.keys().next().value)
    return frame
  }

  /** Lays a frame out behind the one that shows, then swaps them, so that nothing flickers. */
  async #put(frame, at, late) {
    this.screen.hidden = !frame.html
    const shown = this.stills || late ? `Screen at ${clockTime(at, 1)}${late ? '; later ones are not kept' : ''}` : ''
    this.note.textContent = frame.html ? shown : 'No page was recorded at this moment.'
    if (!frame.html) return
    const [front, back] = this.frames
    await new Promise((loaded) => {
      const timer = setTimeout(loaded, LOAD_MS)
      back.onload = () => { clearTimeout(timer); loaded() }
      back.srcdoc = frame.html
    })
    this.size = [frame.width, frame.height]
    this.#scale()
    back.classList.remove('behind')
    front.classList.add('behind')
    this.frames = [back, front]
  }

  /** No `allow-` token: no script runs in a frame, nothing in it can navigate, submit or open anything. */
  #frame() {
    return element('iframe', { className: 'behind', sandbox: '', title: 'Recorded page', tabIndex: -1, referrerPolicy: 'no-referrer' })
  }

  #scale() {
    const [width, height] = this.size
    if (!width) return
    const scale = Math.min(this.root.clientWidth / width, this.root.clientHeight / height, 2)
    Object.assign(this.screen.style, {
      width: `${width}px`, height: `${height}px`,
      transform: `translate(${Math.max(0, (this.root.clientWidth - width * scale) / 2)}px, 0) scale(${scale})`,
    })
    this.screen.style.setProperty('--scale', scale)
  }

  #drawPointer(tab, time) {
    const position = this.recording.pointerAt(tab, time)
    this.pointer.hidden = !position
    if (position) this.pointer.style.transform = place(position)
    const clicks = this.recording.clicksBefore(tab, time, RIPPLE_MS)
    const key = clicks.map((row) => row.ref).join(' ')
    if (key === this.ripples.dataset.key) return
    this.ripples.dataset.key = key
    this.ripples.replaceChildren(...clicks.map((row) => {
      const ripple = element('div', { className: row.flags.length ? 'ripple flagged' : 'ripple' })
      ripple.style.transform = place(row.position)
      return ripple
    }))
  }
}

function place([x, y]) {
  return `translate(${x}px, ${y}px) scale(calc(1 / var(--scale, 1)))`
}
