// A scripted person at a page, who notes their actions, the texts they see and their opinion of both: the truth.
import { setTimeout as sleep } from 'node:timers/promises'
import { quietScreen } from './screen.mjs'

const MOMENTS = { gap: 2500, most: 12, quiet: 250, watch: 450 } // watch: the last part of a rest, in which a moment is read
const PACE = { settle: 150, hold: 55, gap: 170, read: 1400, letter: 55 }

/** Reads the screen as a person could: visible text, focus, disabled and checked controls. */
const readScreen = () => {
  const label = (element) => (element.getAttribute('aria-label') ?? (element.innerText || element.labels?.[0]?.innerText) ?? '').trim()
  const controls = [...document.querySelectorAll('button, input, select, textarea, [role]')]
  return {
    text: document.body.innerText.replace(/\s*\n\s*/g, '\n').trim(),
    focus: document.activeElement === document.body ? null : label(document.activeElement),
    disabled: controls.filter((e) => e.disabled || e.ariaDisabled === 'true').map(label),
    checked: controls.filter((e) => e.checked || e.ariaChecked === 'true').map(label),
  }
}

export class Visitor {
  #at = null
  #samples = null

  /** @param options {moments, shots}: whether to sample what the page shows, and whether to take pictures of it */
  constructor(name, { moments = false, shots = false } = {}) {
    if (moments) this.#samples = []
    this.shots = shots
    Object.assign(this, { name, id: null, answer: true, actions: [], texts: [], nav: [], claims: [], outcome: [], outcome_why: '', secrets: [], never: [], errors: [], screens: [] })
  }

  async open(browser, origin, path, device = {}) {
    this.context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1100, height: 800 }, acceptDownloads: true, ...device })
    this.context.setDefaultTimeout(6000)
    this.touch = device.hasTouch ?? false
    this.page = await this.context.newPage()
    this.page.on('pageerror', (error) => this.errors.push(String(error).slice(0, 160)))
    this.page.on('dialog', async (dialog) => { // a person reads it first
      await sleep(1500)
      await (this.answer === false ? dialog.dismiss() : dialog.accept()).catch(() => {})
    })
    await this.page.goto(origin + path)
    this.nav.push({ t: Date.now(), url: path })
    await this.page.waitForFunction(() => window.posthog?.sessionRecordingStarted?.() && posthog.get_session_id(), null, { timeout: 20_000 })
    this.id = await this.page.evaluate(() => posthog.get_session_id())
    await sleep(1800)
    await this.screen()
    if (this.#samples) await this.#sample(1500)
  }

  find(where) {
    return (typeof where === 'string' ? this.page.locator(where) : where).first()
  }

  role(role, name, more = {}) {
    return this.page.getByRole(role, { name, ...more }).first()
  }

  button(name) {
    return this.role('button', name, { exact: true })
  }

  /**
   * Clicks: moves there, presses and releases.
   * @param options {flags, may, texts, n, gap, wait, why, alt, optional, nav, right, x, y, soft}
   */
  async click(name, where, options = {}) {
    const target = this.find(where)
    await target.scrollIntoViewIfNeeded()
    await sleep(PACE.settle)
    const box = await target.boundingBox()
    if (!box) throw new Error(`nothing to click: ${name}`)
    const x = box.x + (options.x ?? box.width / 2), y = box.y + (options.y ?? box.height / 2)
    if (!this.touch) await this.page.mouse.move(x, y, { steps: 6 })
    this.#at = [x, y]
    const began = Date.now()
    for (let press = 0; press < (options.n ?? 1); press++) {
      if (press) await sleep(options.gap ?? PACE.gap)
      if (this.touch) await this.page.touchscreen.tap(x, y)
      else await this.#press(options.right ? 'right' : 'left', options.double ? press + 1 : 1)
    }
    this.#note(options.as ?? 'click', name, began, options)
    await this.rest(options.wait)
  }

  async #press(button, clickCount) {
    await this.page.mouse.down({ button, clickCount })
    await sleep(PACE.hold)
    await this.page.mouse.up({ button, clickCount })
  }

  /** Presses a key that has the effect of a click or a choice. */
  async key(name, key, options = {}) {
    const began = Date.now()
    for (let press = 0; press < (options.n ?? 1); press++) {
      if (press) await sleep(options.gap ?? PACE.gap)
      await this.page.keyboard.press(key)
    }
    this.#note(options.as ?? 'click', name, began, options)
    await this.rest(options.wait)
  }

  /** Presses keys that only move the focus or a selection: Tab, arrows. */
  async go(...keys) {
    for (const key of keys) {
      await this.page.keyboard.press(key)
      await sleep(160)
    }
  }

  /** Types into a field after clicking it, or into the focused element. Typed text is a secret unless `public`. */
  async type(name, where, value, options = {}) {
    if (where) await this.click(name, where, { wait: 250, alt: options.alt, optional: options.optionalClick, flags: [], ...options.click })
    const began = Date.now()
    await this.page.keyboard.type(value, { delay: options.delay ?? PACE.letter })
    this.#note('typing', name, began, { ...options, chars: options.chars ?? value.length })
    if (!options.public && value.length >= 4) this.secrets.push(value)
    await sleep(options.wait ?? 500)
  }

  /** Does and notes an action that is neither a plain click nor a key. */
  async did(kind, name, perform, options = {}) {
    const began = Date.now()
    await perform()
    this.#note(kind, name, began, options)
    await this.rest(options.wait)
  }

  /** Reads for a while; the mouse moves a little, as a hand is never quite still. */
  async rest(ms = PACE.read) {
    const end = Date.now() + ms
    const due = this.#samples && ms >= MOMENTS.watch && end - (this.#samples.at(-1)?.t ?? 0) >= MOMENTS.gap
    const until = due ? end - MOMENTS.watch : end
    for (let turn = 0; Date.now() < until; turn++) {
      await sleep(Math.max(0, Math.min(500, until - Date.now())))
      if (this.touch || !this.#at || until - Date.now() < 120) continue
      await this.page.mouse.move(this.#at[0] + (turn % 2) * 2, this.#at[1] + 1, { steps: 2 }).catch(() => {})
    }
    if (due) await this.#sample(MOMENTS.watch)
    if (due) await sleep(Math.max(0, end - Date.now()))
  }

  /** Reads the screen for a moment, unless the page does not get quiet or is left. */
  async #sample(patience) {
    const screen = await quietScreen(this.page, MOMENTS.quiet, patience).catch(() => null)
    if (!screen) return
    // Without these options, Playwright would add a style to the page, which would be recorded.
    const shot = this.shots && (await this.page.screenshot({ type: 'jpeg', quality: 70, caret: 'initial', animations: 'allow' }).catch(() => null))
    this.#samples.push({ ...screen, shot })
  }

  /** The first moment, the last, and at most twelve between them, spread over the visit. */
  moments() {
    const inner = this.#samples.slice(1, -1)
    const count = Math.min(inner.length, MOMENTS.most)
    const chosen = Array.from({ length: count }, (_, k) => inner[Math.floor(((k + 0.5) * inner.length) / count)])
    return [...new Set([this.#samples[0], ...chosen, this.#samples.at(-1)])].filter(Boolean)
  }

  /** Goes back with the browser's button. `flags` are those that a person would set on the page that is left. */
  async back(to, options = {}) {
    if (options.flags) this.nav.at(-1).flags = options.flags
    const began = Date.now()
    await this.page.goBack()
    this.nav.push({ t: began, url: to })
    await this.rest(options.wait ?? 2200)
  }

  /** Selects all text of a field and types something else. */
  async retype(name, where, value, options = {}) {
    await this.click(name, where, { n: 3, gap: 50, double: true, wait: 300, alt: options.alt, why: 'selects all of it' })
    await this.type(name, null, value, options)
  }

  /** Notes what the screen shows now. */
  async screen() {
    this.screens.push({ t: Date.now(), ...(await this.page.evaluate(readScreen)) })
  }

  /** Notes a text that shows now; a `soft` one needs no row of its own in a timeline. */
  sees(text, { soft = false, ms = 1500 } = {}) {
    this.texts.push({ text, t: Date.now(), until: Date.now() + ms, ...(soft && { soft }) })
  }

  #note(kind, name, t, options) {
    const action = { kind, name, t, end: Date.now(), flags: options.flags ?? [] }
    for (const fact of ['may', 'n', 'chars', 'optional', 'why', 'alt', 'right']) if (options[fact] !== undefined) action[fact] = options[fact]
    this.actions.push(action)
    for (const text of options.texts ?? []) this.texts.push({ text, t, until: action.end + (options.wait ?? PACE.read) })
    for (const text of options.soft ?? []) this.texts.push({ text, t, until: action.end + (options.wait ?? PACE.read), soft: true })
    if (options.nav) this.nav.push({ t, url: options.nav })
  }

  claim(expect, ...claims) {
    for (const claim of claims) this.claims.push({ expect, ...claim })
  }

  ends(outcome, why) {
    this.outcome = [outcome].flat()
    this.outcome_why = why
  }

  async leave() {
    await this.screen()
    if (this.#samples) await this.#sample(1500)
    for (const page of this.context.pages()) await page.close({ runBeforeUnload: true }).catch(() => {})
    await sleep(1200) // the last beacons arrive after the page is gone
    await this.context.close()
  }

  truth(held) {
    const { id, actions, texts, nav, claims, outcome, outcome_why, secrets, never, errors, screens } = this
    return { id, held, acts: actions, texts, nav, claims, outcome, outcome_why, secrets, never, errors, screens }
  }
}
