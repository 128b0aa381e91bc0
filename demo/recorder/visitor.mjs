// A person at a browser: moves the mouse in steps, types key by key, reads for a while, and gets impatient.
import { setTimeout as sleep } from 'node:timers/promises'

export const ORIGIN = 'http://shop.example'

/** How much longer people take over a page than the visits say; one number to make a run quicker or slower. */
const PACE = 1.5

const DESKTOP = { viewport: { width: 1280, height: 800 } }
const chrome = (system, suffix = '') =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0${suffix} Safari/537.36`

const safari = (system, suffix = '') =>
  `Mozilla/5.0 (${system}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5${suffix} Safari/605.1.15`

/** Options for a browser context. The user agents vary so that the recordings do. */
export const DEVICES = {
  windows: { ...DESKTOP, userAgent: chrome('Windows NT 10.0; Win64; x64') },
  mac: { ...DESKTOP, userAgent: chrome('Macintosh; Intel Mac OS X 10_15_7') },
  edge: { ...DESKTOP, userAgent: `${chrome('Windows NT 10.0; Win64; x64')} Edg/140.0.0.0` },
  linux: { viewport: { width: 1440, height: 900 }, userAgent: chrome('X11; Linux x86_64') },
  firefox: { ...DESKTOP, userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0' },
  safari: { viewport: { width: 1440, height: 820 }, userAgent: safari('Macintosh; Intel Mac OS X 10_15_7') },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, userAgent: chrome('Linux; Android 14; Pixel 8', ' Mobile') },
  iphone: {
    viewport: { width: 393, height: 852 }, isMobile: true, hasTouch: true,
    userAgent: safari('iPhone; CPU iPhone OS 18_5 like Mac OS X', ' Mobile/15E148'),
  },
  ipad: { viewport: { width: 820, height: 1180 }, isMobile: true, hasTouch: true, userAgent: safari('iPad; CPU OS 18_5 like Mac OS X', ' Mobile/15E148') },
}

export class Visitor {
  #page
  #touch
  #mouse = { x: 640, y: 300 }

  constructor(page, { touch }) {
    this.#page = page
    this.#touch = touch
  }

  read = (seconds) => sleep(seconds * PACE * 1000)

  open = (path, { from: referer } = {}) => this.#page.goto(ORIGIN + path, { referer })

  arrive = (path) => this.#page.waitForURL((url) => url.pathname === path)

  sees = (text) => this.#page.getByText(text).first().waitFor()

  link = (name) => this.#page.getByRole('link', { name }).first()

  button = (name) => this.#page.getByRole('button', { name }).first()

  field = (label) => this.#page.getByLabel(label, { exact: true })

  /** `times` clicks at one spot, `gap` milliseconds apart. */
  async click(target, { times = 1, gap = 220 } = {}) {
    const { x, y } = await this.#reach(target)
    for (let count = 0; count < times; count++) {
      if (count > 0) await sleep(gap)
      if (this.#touch) await this.#page.touchscreen.tap(x, y)
      else await this.#page.mouse.click(x, y, { delay: 60 })
    }
  }

  async type(label, text, { replace = false } = {}) {
    await this.click(this.field(label))
    if (replace) await this.#page.keyboard.press('Control+A')
    await this.#page.keyboard.type(text, { delay: 70 })
  }

  async choose(label) {
    await this.click(this.field(label))
    await sleep(300)
  }

  async scroll(pixels) {
    if (this.#touch) return this.#swipe(pixels)
    for (let step = 0; step < 8; step++) {
      await this.#page.mouse.wheel(0, pixels / 8)
      await sleep(90)
    }
  }

  /** Ctrl-click: another person behind the same mouse, on the new tab. */
  async openInNewTab(target) {
    const { x, y } = await this.#reach(target)
    const opened = this.#page.context().waitForEvent('page')
    await this.#page.keyboard.down('Control')
    await this.#page.mouse.click(x, y, { delay: 60 })
    await this.#page.keyboard.up('Control')
    const page = await opened
    await page.waitForLoadState()
    return new Visitor(page, { touch: this.#touch })
  }

  switchHere = () => this.#page.bringToFront()

  sessionId = () => this.#page.evaluate('posthog.get_session_id()')

  /** Leaving a page makes posthog-js send what it still holds. */
  leave = () => this.#page.goto('about:blank')

  async #reach(target) {
    await target.scrollIntoViewIfNeeded()
    await sleep(150)
    const box = await target.boundingBox()
    const to = { x: box.x + box.width * 0.45, y: box.y + box.height * 0.55 }
    if (!this.#touch) await this.#glide(to)
    return to
  }

  async #swipe(pixels) {
    const devtools = await this.#page.context().newCDPSession(this.#page)
    const touch = (type, y) =>
      devtools.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x: 210, y }] })
    await touch('touchStart', 560)
    for (let step = 1; step <= 12; step++) {
      await touch('touchMove', 560 - (pixels * step) / 12)
      await sleep(30)
    }
    await touch('touchEnd')
    await devtools.detach()
  }

  /** A slightly bowed path that starts and ends slowly, as a hand's does. */
  async #glide(to) {
    const from = this.#mouse
    const steps = 14
    for (let step = 1; step <= steps; step++) {
      const part = (1 - Math.cos((Math.PI * step) / steps)) / 2
      const bow = Math.sin(Math.PI * part) * 18
      await this.#page.mouse.move(from.x + (to.x - from.x) * part + bow, from.y + (to.y - from.y) * part - bow)
      await sleep(28)
    }
    this.#mouse = to
  }
}
