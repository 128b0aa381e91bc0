import { clockTime, element, setText } from './dom.js'
import { getJson } from './http.js'
import { askForKey } from './key_form.js'

const AT_ONCE = 25
const MOST_SESSIONS = 1000
const MOST_CHIPS = 6
const BEFORE_MS = 1000 // a link to a problem opens a little before it
const PAUSE_MS = 500 // while the server reads other recordings first
const VERDICTS = { success: ['success shown', 'good'], failed: ['failed', 'bad'], 'not shown': ['outcome not shown', ''] }
const AGO = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const UNITS = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]]

/**
 * The sessions of an environment: the newest ones, or those that a search finds. Each load replaces the list, so that it
 * is what the server has. Then the problems of its sessions are read, one after the other.
 */
export class Sessions {
  constructor(root, environment, { search, withProblems }) {
    Object.assign(this, { root, environment, search, withProblems, stop: new AbortController(), needsKey: false })
    this.list = element('ol', { className: 'sessions', 'aria-label': `Sessions of environment ${environment}` })
    this.note = element('p', { className: 'facts', role: 'status' })
    this.progress = element('p', { className: 'facts' }) // not announced: it changes with each session
    this.older = element('button', { type: 'button', hidden: true }, 'Older sessions')
    this.older.addEventListener('click', () => this.#load(this.wanted + AT_ONCE))
    window.addEventListener('key', () => this.needsKey && this.#start()) // given for another list
    this.#start()
  }

  /** Shows what a search finds, or only sessions with problems. */
  find(search, withProblems) {
    const isNew = search !== this.search
    Object.assign(this, { search, withProblems })
    if (this.needsKey) return
    if (isNew) this.#start()
    else this.#show()
    this.#readProblems()
  }

  /** Shows what is new, has changed or is gone, and goes on where a request has failed. */
  refresh() {
    if (!this.needsKey && !this.loading) this.#load(this.wanted)
  }

  #start() {
    this.stop.abort()
    this.stop = new AbortController()
    Object.assign(this, { known: new Map(), wanted: AT_ONCE, more: false, count: null, loading: false, needsKey: false })
    this.root.replaceChildren(this.list, this.note, this.progress, this.older)
    this.list.replaceChildren()
    this.older.hidden = true
    setText(this.note, 'Searching …')
    setText(this.progress, '')
    this.#load(AT_ONCE)
  }

  async #load(wanted) {
    const { signal } = this.stop
    this.loading = true
    try {
      const limit = Math.min(wanted, MOST_SESSIONS)
      const { found } = await getJson(`/player/${this.environment}/sessions?${new URLSearchParams({ search: this.search, limit })}`)
      if (signal.aborted) return
      this.known = new Map(found.sessions.map((session) => [session.id, this.#kept(session)]))
      Object.assign(this, { wanted: limit, count: found.count, more: found.more && limit < MOST_SESSIONS, loading: false })
      this.#show()
      this.#readProblems()
    } catch (error) {
      if (!signal.aborted) this.#fail(error)
    } finally {
      if (!signal.aborted) this.loading = false
    }
  }

  /** A session with what is known of it already. */
  #kept(session) {
    const before = this.known.get(session.id)
    if (before?.change !== session.change) return { problems: null, drawn: null, ...before, ...session, trouble: '', resting: !session.ongoing, read: false, stale: true }
    // unchanged since the last request, so that its problems may be read
    return { ...before, ...session, resting: true, stale: before.stale || before.ongoing !== session.ongoing }
  }

  #fail(error) {
    if (error.status === 401) {
      this.stop.abort()
      this.needsKey = true
      askForKey(this.root, () => window.dispatchEvent(new Event('key')), 'h3')
    } else if (error.status) {
      setText(this.note, error.message)
    } else {
      setText(this.note, 'The server does not answer. The list may be out of date.')
    }
  }

  /** Reads the problems of one session after the other, from the top of the list. A refresh goes on after a failure. */
  async #readProblems() {
    const { signal } = this.stop
    if (this.reader === signal) return
    this.reader = signal
    try {
      for (let session; !signal.aborted && (session = this.#sorted().find((each) => !each.read && each.resting));) {
        await this.#readOne(session, signal)
        if (!signal.aborted) this.#show()
      }
    } catch (error) {
      if (!signal.aborted) this.#fail(error)
      return
    } finally {
      if (this.reader === signal) this.reader = null
    }
    if (!signal.aborted && this.withProblems && this.more && !this.loading) this.#load(this.wanted + AT_ONCE)
  }

  async #readOne({ id, change }, signal) {
    let found = { problems: null, trouble: '' }
    try {
      found.problems = await this.#problemsOf(id, signal)
    } catch (error) {
      if (![404, 422].includes(error.status)) throw error
      found.trouble = error.message // of this session; other errors may go away
    }
    const session = this.known.get(id) // a refresh may have replaced it
    if (!signal.aborted && session?.change === change) Object.assign(session, found, { read: true, stale: true })
  }

  async #problemsOf(id, signal) {
    for (;;) {
      const { found, status } = await getJson(`/player/${this.environment}/${encodeURIComponent(id)}/problems`)
      if (status !== 202 || signal.aborted) return status === 202 ? null : found
      if (!found.read) await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS) })
    }
  }

  #sorted() {
    return [...this.known.values()] // as the server sorts them
  }

  #show() {
    const shown = this.#sorted().filter((each) => !this.withProblems || each.problems?.count)
    for (const session of shown) {
      session.drawn ??= new Item(session, this.environment)
      if (session.stale) session.drawn.update(session)
      session.stale = false
      setText(session.drawn.time, ago(session.start))
    }
    this.#place(shown.map((session) => session.drawn.root))
    this.older.hidden = !this.more || this.withProblems
    this.#describe(shown.length)
  }

  /** Shows these items; those that stay are not moved, so that they keep the focus and the selection. */
  #place(items) {
    const staying = new Set(items)
    for (const item of [...this.list.children]) if (!staying.has(item)) item.remove()
    items.forEach((item, place) => {
      if (this.list.children[place] !== item) this.list.insertBefore(item, this.list.children[place] ?? null)
    })
  }

  #describe(shown) {
    const all = this.#sorted(), unread = all.filter((each) => !each.read).length
    const failed = all.filter((each) => each.trouble).length
    const count = this.count ?? all.length
    const isDone = !unread && !this.more
    setText(this.progress, this.withProblems && !isDone ? `${all.length - unread} of ${count} sessions read …` : '')
    const unreadable = failed ? `; ${failed} could not be read` : ''
    if (!all.length) setText(this.note, this.search ? `No session fits “${this.search}”.` : 'No recordings yet.')
    else if (!this.withProblems) setText(this.note, `${counted(count, 'session')}${this.search ? ' found' : ''}.`)
    else setText(this.note, isDone ? `${shown} of ${counted(count, 'session')} with problems${unreadable}.` : '')
  }
}

/** A session in the list. What is recorded is text, never markup. Its link stays the same, and so keeps the focus. */
class Item {
  constructor({ id, url, person, start }, environment) {
    Object.assign(this, { id, link: `/project/${environment}/replay/${encodeURIComponent(id)}` })
    const page = element('bdi', {}, url.split('?')[0] || 'no address')
    const title = element('a', { className: 'title', href: this.link, title: url }, page, ...(person ? [' · ', element('bdi', {}, person)] : []))
    this.time = element('time', { title: new Date(start).toLocaleString() })
    this.outcome = element('span', { className: 'outcome' })
    this.facts = element('p', { className: 'facts' })
    this.problems = element('div', {})
    this.root = element('li', {}, title, this.outcome, this.facts, this.problems)
  }

  update({ duration, ongoing, clicks, errors, problems, trouble }) {
    this.facts.replaceChildren(this.time,
      ` · ${clockTime(duration * 1000)}${ongoing ? ', ongoing' : ''} · ${counted(clicks, 'click')}`,
      errors ? ` · ${counted(errors, 'console error')}` : '', ' · ', element('span', { className: 'id' }, this.id))
    const [outcome, tone] = VERDICTS[problems?.outcome] ?? ['', '']
    this.outcome.textContent = outcome
    this.outcome.className = `outcome ${tone}`
    this.problems.replaceChildren(
      ...(problems ? [strip(problems), chips(problems, this.link), element('p', { className: 'summary' }, problems.summary)] : []),
      ...(trouble ? [element('p', { className: 'facts' }, trouble)] : []))
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
