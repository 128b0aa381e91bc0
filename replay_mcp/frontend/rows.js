import { clockTime, element } from './dom.js'

const ROW = 46 // pixels; view.css has the same height
const LONG = 100 * 60_000 // from here on, times have one digit less to fit
const SPARE = 6 // rows built above and below those that show
const FILTERS = {
  'Everything': () => true,
  'Problems': (row) => row.flags.length > 0 || row.tone === 'error',
  'Actions and pages': (row) => ['click', 'typing', 'change', 'navigation', 'tab', 'scroll'].includes(row.kind),
  'Messages': (row) => row.kind === 'text' || row.kind === 'event' || row.kind === 'custom',
  'Console and requests': (row) => row.kind === 'console' || row.kind === 'network',
}

/** The list of rows. It has elements only for the rows that show, and follows the time until a person scrolls. */
export class Rows {
  constructor(recording, seek) {
    Object.assign(this, { recording, seek, time: 0, current: -1, follows: true })
    this.space = element('div', { className: 'space', role: 'presentation' })
    this.list = element('div', { className: 'rows', role: 'listbox', tabIndex: 0, 'aria-label': 'What happened' }, this.space)
    this.filter = element('select', { 'aria-label': 'Show' }, ...Object.keys(FILTERS).map((name) => element('option', {}, name)))
    this.search = element('input', { type: 'search', placeholder: 'Search', 'aria-label': 'Search what happened' })
    this.found = element('span', { className: 'found', role: 'status' })
    this.root = element('section', { className: 'list', 'aria-label': 'Rows' },
      element('div', { className: 'filters' }, this.filter, this.search, this.found), this.list)
    this.filter.addEventListener('change', () => this.#choose())
    this.search.addEventListener('input', () => this.#choose())
    this.list.addEventListener('scroll', () => this.#build(), { passive: true })
    for (const type of ['wheel', 'pointerdown', 'touchmove']) {
      this.list.addEventListener(type, () => { this.follows = false }, { passive: true })
    }
    this.list.addEventListener('click', (event) => {
      const place = event.target.closest('[data-place]')?.dataset.place
      if (place !== undefined) this.#go(Number(place))
    })
    this.list.addEventListener('keydown', (event) => this.#key(event))
    new ResizeObserver(() => this.#build()).observe(this.list)
    this.#choose()
  }

  /** Marks the row at a time. */
  show(time) {
    this.time = time
    const current = this.#placeOf(time)
    if (current === this.current) return
    this.current = current
    if (this.follows) this.#reveal(current)
    this.#build()
  }

  /** Follows the time again. */
  follow() {
    this.follows = true
    this.#reveal(this.current)
  }

  #choose() {
    const belongs = FILTERS[this.filter.value] ?? FILTERS.Everything, words = this.search.value.trim().toLowerCase()
    this.rows = this.recording.rows.filter((row) => belongs(row) && (!words || `${row.ref} ${row.kind} ${row.what} ${row.effect} ${row.flags.join(' ')}`.toLowerCase().includes(words)))
    this.found.textContent = this.rows.length === this.recording.rows.length ? '' : `${this.rows.length} of ${this.recording.rows.length}`
    this.space.style.height = `${this.rows.length * ROW}px`
    this.current = this.#placeOf(this.time)
    this.list.scrollTop = 0
    this.#build()
  }

  #placeOf(time) {
    let low = 0, high = this.rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.rows[middle].start <= time + 1) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  #reveal(place) {
    if (place < 0) return
    const top = place * ROW, view = this.list
    if (top < view.scrollTop + ROW || top > view.scrollTop + view.clientHeight - 2 * ROW) view.scrollTop = top - view.clientHeight / 3
  }

  #go(place) {
    const row = this.rows[place]
    if (!row) return
    this.seek(row.start)
    this.current = place // of rows of the same time, `show` marks the last
    this.#reveal(place)
    this.#build()
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key]
    if (!step || !this.rows.length) return
    event.preventDefault()
    event.stopPropagation()
    this.#go(Math.min(Math.max(0, this.current + step), this.rows.length - 1))
  }

  #build() {
    const from = Math.max(0, Math.floor(this.list.scrollTop / ROW) - SPARE)
    const until = Math.min(this.rows.length, Math.ceil((this.list.scrollTop + this.list.clientHeight) / ROW) + SPARE)
    const built = []
    for (let place = from; place < until; place++) built.push(this.#row(place))
    this.space.replaceChildren(...built)
    const active = this.current >= from && this.current < until
    if (active) this.list.setAttribute('aria-activedescendant', `row-${this.current}`)
    else this.list.removeAttribute('aria-activedescendant')
  }

  #row(place) {
    const row = this.rows[place]
    const tone = row.flags.length || row.tone === 'error' ? 'bad' : row.tone
    const built = element(
      'div',
      {
        id: `row-${place}`, className: `row ${tone}`, role: 'option', 'data-place': place, 'aria-selected': String(place === this.current),
        'aria-setsize': this.rows.length, 'aria-posinset': place + 1, title: [row.what, row.effect].filter(Boolean).join('\n'),
      },
      element('span', { className: 'time' }, clockTime(row.start, row.start < LONG ? 1 : 0)),
      element('span', { className: 'kind' }, row.count > 1 ? `${row.kind} ×${row.count}` : row.kind),
      element('span', { className: 'what' }, row.what || row.effect),
      element('span', { className: 'ref' }, row.ref),
      element('span', { className: 'effect' }, ...row.flags.map((flag) => element('b', {}, flag)), row.what ? row.effect : ''),
    )
    built.style.transform = `translateY(${place * ROW}px)`
    return built
  }
}
