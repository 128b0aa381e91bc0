import { lastUntil } from './dom.js'

const QUIET_MS = 5000 // a pause of the visitor that "skip idle" skips
const LEAD_MS = 700 // how much of it is still shown before the visitor goes on
const STEP = 100 // of changes that are so close together, the last is known: `CHANGE_MS` in the reader
const GLIDE_MS = 300 // the pointer moves evenly between positions that are not further apart
const USES_TAB = new Set(['click', 'typing', 'change', 'tab', 'navigation'])
const BY_VISITOR = new Set([...USES_TAB, 'scroll'])
const DEFAULTS = { effect: '', flags: [], count: 1, tone: '', until: null, position: null, touch: false }

/** A recording as `PlayerRecording` in `replay_mcp/recording/playback` describes it. Times are ms from its start. */
export class Recording {
  constructor(data) {
    Object.assign(this, data)
    this.rows = data.rows.map((row) => ({ ...DEFAULTS, ...row }))
    this.problems = this.rows.filter((row) => row.flags.length)
    this.touch = this.rows.some((row) => row.touch)
    this.byNumber = new Map(data.tabs.map((tab) => [tab.number, tab]))
    this.used = this.rows.filter((row) => USES_TAB.has(row.kind) && row.tab > 0)
    this.clicks = this.rows.filter((row) => row.kind === 'click' && row.position)
    this.pages = this.rows.filter((row) => row.kind === 'navigation')
    this.quiet = this.#quiet()
  }

  /** The tab that the visitor used last. */
  tabAt(time) {
    const place = lastUntil(this.used, time, (row) => row.start)
    if (place >= 0) return this.used[place].tab
    const drawn = this.tabs.filter((tab) => tab.drawn !== null).sort((a, b) => a.drawn - b.drawn)
    return (drawn[0] ?? this.tabs[0])?.number ?? 1
  }

  /** The row that began last. */
  rowAt(time) {
    return lastUntil(this.rows, time, (row) => row.start)
  }

  /** The page that a tab showed. */
  pageAt(tab, time) {
    return this.pages.findLast((row) => row.tab === tab && row.start <= time)
  }

  /** When the screen of a tab changed last; null if no page was recorded yet. */
  changeBefore(tab, time) {
    const known = this.byNumber.get(tab)
    if (!known || known.drawn === null) return null
    const place = lastUntil(known.changes, time + STEP, (change) => change)
    const found = place < 0 ? null : known.changes[place]
    // The first page of a tab is of interest a little before it was drawn, too.
    return found === null || found < known.drawn ? (time + 1500 >= known.drawn ? known.drawn : null) : found
  }

  /** When the screen of a tab changes next; null if it does not. */
  changeAfter(tab, time) {
    const changes = this.byNumber.get(tab)?.changes ?? []
    return changes[lastUntil(changes, time, (change) => change) + 1] ?? null
  }

  /** Where the pointer was, as [x, y]; null before its first move. */
  pointerAt(tab, time) {
    const moves = this.byNumber.get(tab)?.pointer ?? []
    const place = lastUntil(moves, time, ([at]) => at)
    if (place < 0) return null
    const [at, x, y] = moves[place], next = moves[place + 1]
    if (!next || next[0] - at > GLIDE_MS) return [x, y]
    const share = (time - at) / (next[0] - at)
    return [x + (next[1] - x) * share, y + (next[2] - y) * share]
  }

  /** Clicks of a tab that were made less than `ms` ago. */
  clicksBefore(tab, time, ms) {
    const found = []
    for (let place = lastUntil(this.clicks, time, (row) => row.start); place >= 0; place--) {
      const row = this.clicks[place]
      if (Math.max(row.start, Math.min(time, row.until ?? 0)) < time - ms) break
      if (row.tab === tab) found.push(row)
    }
    return found
  }

  /** The next row with a flag after `time`, or the previous one. */
  problemFrom(time, step) {
    return step > 0
      ? this.problems.find((row) => row.start > time + 1)
      : this.problems.findLast((row) => row.start < time - 1)
  }

  /** Where to go on if the visitor does nothing at `time`; null if something happens soon. */
  skippedFrom(time) {
    const place = lastUntil(this.quiet, time, ([from]) => from)
    if (place < 0) return null
    const to = this.quiet[place][1] - LEAD_MS
    return time < to ? to : null
  }

  #quiet() {
    const times = [0, this.duration]
    for (const row of this.rows) if (BY_VISITOR.has(row.kind)) times.push(row.start, row.until ?? row.start)
    for (const tab of this.tabs) for (const [at] of tab.pointer) times.push(at)
    times.sort((a, b) => a - b)
    const found = []
    for (let place = 1; place < times.length; place++) {
      if (times[place] - times[place - 1] > QUIET_MS) found.push([times[place - 1] + LEAD_MS, times[place]])
    }
    return found
  }
}
