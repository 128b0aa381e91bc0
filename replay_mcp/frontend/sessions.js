import { clockTime, element } from './dom.js'
import { getJson } from './http.js'
import { askForKey } from './key_form.js'

const MOST_SESSIONS = 1000
const MOST_CHIPS = 6
const BEFORE_MS = 1000 // a link to a problem opens a little before it
const VERDICTS = { success: ['success shown', 'good'], failed: ['failed', 'bad'], 'not shown': ['outcome not shown', ''] }
const AGO = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const UNITS = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]]

/** The sessions of an environment: a list that keeps itself up to date, and reads the problems of what it lists. */
export class Sessions {
  constructor(root, environment, { search, withProblems }) {
    Object.assign(this, { root, environment, search, withProblems, stop: new AbortController() })
    this.list = element('ol', { className: 'sessions', 'aria-label': `Sessions of environment ${environment}` })
    this.note = element('p', { className: 'facts', role: 'status' })
    this.older = element('button', { type: 'button', hidden: true }, 'Older sessions')
    this.older.addEventListener('click', () => this.#load(this.next))
    this.#start()
  }

  /** Shows what a search finds, or only sessions with problems. */
  find(search, withProblems) {
    const isNew = search !== this.search
    Object.assign(this, { search, withProblems })
    if (isNew) this.#start()
    else this.#show()
    this.#readProblems()
  }

  /** Takes in what is new or has changed. */
  async refresh() {
    if (this.ready && !this.stop.signal.aborted) await this.#load('', true)
  }

  #start() {
    this.stop.abort()
    this.stop = new AbortController()
    Object.assign(this, { known: new Map(), next: null, count: null, ready: false })
    this.root.replaceChildren(this.list, this.note, this.older)
    this.list.replaceChildren()
    this.note.textContent = 'Searching …'
    this.older.hidden = true
    this.#load('')
  }

  async #load(after, isRefresh = false) {
    const { signal } = this.stop
    this.older.disabled = true
    try {
      const { found } = await getJson(`/player/${this.environment}/sessions?${new URLSearchParams({ search: this.search, after })}`)
      if (signal.aborted) return
      for (const session of found.sessions) this.#take(session)
      if (!isRefresh) this.next = this.known.size < MOST_SESSIONS ? found.next : null
      if (!after) this.count = found.count
      this.ready = true
      this.#show()
      this.#readProblems()
    } catch (error) {
      if (signal.aborted) return
      if (error.status === 401) return askForKey(this.root, () => this.#start(), 'h3')
      this.note.textContent = isRefresh ? 'The server does not answer. The list may be out of date.' : error.message
    } finally {
      this.older.disabled = false
    }
  }

  #take(session) {
    const before = this.known.get(session.id)
    if (before?.change === session.change) {
      before.resting = true // since the last request, so that its problems may be read
      before.stale ||= before.ongoing !== session.ongoing
      before.ongoing = session.ongoing
      return
    }
    const fresh = { resting: !session.ongoing, read: false, stale: true }
    this.known.set(session.id, { problems: null, drawn: null, ...before, ...session, ...fresh })
  }

  /** Reads the problems of one session after the other, from the top of the list. */
  async #readProblems() {
    if (this.isReading) return
    this.isReading = true
    const { signal } = this.stop
    for (let session; !signal.aborted && (session = this.#sorted().find((each) => !each.read && each.resting));) {
      session.read = true
      try {
        session.problems = await this.#problemsOf(session, signal)
      } catch (error) {
        session.trouble = error.message
      }
      session.stale = true
      if (!signal.aborted) this.#show()
    }
    this.isReading = false
    if (signal.aborted) this.#readProblems() // of another search
    else if (this.withProblems && this.next && this.#shown().length < MOST_SESSIONS) this.#load(this.next)
  }

  async #problemsOf({ id }, signal) {
    for (;;) {
      const { found, status } = await getJson(`/player/${this.environment}/${encodeURIComponent(id)}/problems`)
      if (status !== 202 || signal.aborted) return status === 202 ? null : found
    }
  }

  #sorted() {
    return [...this.known.values()].sort((a, b) => b.start - a.start || (a.id < b.id ? 1 : -1))
  }

  #shown() {
    return this.#sorted().filter((each) => !this.withProblems || each.problems?.count)
  }

  #show() {
    const shown = this.#shown()
    for (const session of shown) {
      session.drawn ??= new Item(session, this.environment)
      if (session.stale) session.drawn.update(session)
      session.stale = false
      session.drawn.time.textContent = ago(session.start)
    }
    this.#place(shown.map((session) => session.drawn.root))
    this.older.hidden = !this.next || this.withProblems
    this.note.textContent = this.#summary(shown.length)
  }

  /** Shows these items; those that stay are not moved, so that they keep the focus and the selection. */
  #place(items) {
    const staying = new Set(items)
    for (const item of [...this.list.children]) if (!staying.has(item)) item.remove()
    items.forEach((item, place) => {
      if (this.list.children[place] !== item) this.list.insertBefore(item, this.list.children[place] ?? null)
    })
  }

  #summary(shown) {
    const waiting = this.#sorted().filter((each) => !each.read).length
    if (this.withProblems) {
      const checked = `${this.known.size - waiting} of ${this.count ?? this.known.size} sessions read`
      return `${shown} with problems; ${checked}${waiting || this.next ? ' …' : '.'}`
    }
    if (!this.known.size) return this.search ? `No session fits “${this.search}”.` : 'No recordings yet.'
    return this.count === null ? '' : `${this.count} ${this.count === 1 ? 'session' : 'sessions'}${this.search ? ' found' : ''}.`
  }
}

/** A session in the list. What is recorded is text, never markup. Its link stays the same, and so keeps the focus. */
class Item {
  constructor({ id, url, person, start }, environment) {
    Object.assign(this, { id, link: `/project/${environment}/replay/${encodeURIComponent(id)}` })
    const page = element('bdi', {}, url.split('?')[0] || 'no address')
    const title = element('a', { className: 'title', href: this.link, title: url }, page, ...(person ? [' · ', element('bdi', {}, person)] : []))
    this.time = element('time', { dateTime: new Date(start).toISOString(), title: new Date(start).toLocaleString() })
    this.outcome = element('span', { className: 'outcome' })
    this.facts = element('p', { className: 'facts' })
    this.problems = element('div', {})
    this.root = element('li', {}, title, this.outcome, this.facts, this.problems)
  }

  update({ duration, ongoing, clicks, errors, problems, trouble }) {
    this.facts.replaceChildren(this.time,
      ` · ${clockTime(duration * 1000)}${ongoing ? ', ongoing' : ''} · ${counted(clicks, 'click')}`,
      errors ? ` · ${counted(errors, 'console error')}` : '', ' · ', element('span', { className: 'id' }, this.id))
    if (problems) {
      const [outcome, tone] = VERDICTS[problems.outcome] ?? ['', '']
      this.outcome.textContent = outcome
      this.outcome.className = `outcome ${tone}`
      this.problems.replaceChildren(strip(problems), chips(problems, this.link), element('p', { className: 'summary' }, problems.summary))
    } else if (trouble) {
      this.problems.replaceChildren(element('p', { className: 'facts' }, trouble))
    }
  }
}

/** When the problems were, as marks on a line. */
function strip({ problems, duration }) {
  const marks = problems.map(({ start }) => {
    const mark = element('i')
    mark.style.left = `${duration ? Math.min(100, (start / duration) * 100) : 0}%`
    return mark
  })
  return element('div', { className: 'strip', 'aria-hidden': 'true' }, ...marks)
}

/** Links to the moments of problems. */
function chips({ problems, count }, link) {
  const found = problems.slice(0, MOST_CHIPS).map(({ start, flags, what }) => element('a',
    { className: 'chip', href: `${link}?t=${(Math.max(0, start - BEFORE_MS) / 1000).toFixed(1)}` },
    element('b', {}, flags.join(', ')), ` ${clockTime(start)} `, element('bdi', {}, what)))
  const rest = count - found.length
  return element('p', { className: 'chips' }, ...found, ...(rest > 0 ? [element('span', { className: 'facts' }, `and ${rest} more`)] : []))
}

function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

function ago(time) {
  const passed = Date.now() - time
  const [unit, size] = UNITS.find(([, size]) => passed >= size) ?? ['second', 1000]
  return AGO.format(-Math.max(0, Math.floor(passed / size)), unit)
}
