// Reads a screen as a person could who scrolls: its words, controls, headings and open dialogs.

/**
 * Waits until nothing has moved for `quiet` ms, then reads; null if that does not happen within `patience` ms.
 * It runs in the page, and so does `read`.
 */
function whenQuiet(read, quiet, patience) {
  const roots = (root) => [root, ...[...root.querySelectorAll('*')].flatMap((e) => {
    let inner = e.shadowRoot
    try { inner ??= e.contentDocument } catch { /* another origin */ }
    return inner ? roots(inner) : []
  })]
  // Text that fades in is not settled. A bar that runs for seconds in a toast changes no text.
  const moving = () => roots(document).some((root) => root.getAnimations().some((a) => a.playState === 'running' && (a.effect?.getComputedTiming().endTime ?? 0) <= 1000))
  return new Promise((done) => {
    const began = performance.now()
    let last = began
    const moved = () => { last = performance.now() }
    const observer = new MutationObserver(() => { moved(); watch() })
    const watch = () => { for (const root of roots(document)) observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true }) }
    const end = (screen) => {
      observer.disconnect()
      removeEventListener('scroll', moved, true)
      done(screen)
    }
    const look = () => {
      const now = performance.now()
      if (now - last >= quiet && !moving()) end(read())
      else if (now - began > patience) end(null)
      else setTimeout(look, 30)
    }
    watch()
    addEventListener('scroll', moved, true)
    setTimeout(look, quiet)
  })
}

/** Reads the screen now. It runs in the page. Text of one parent makes words together: `{n}` and `×` are `3×`. */
function readScreen() {
  const UNREAD = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'SELECT', 'TEXTAREA', 'DATALIST', 'OBJECT', 'VIDEO', 'AUDIO', 'CANVAS'])
  const ROLES = /^(button|link|tab|checkbox|radio|switch|option|menuitem(checkbox|radio)?|combobox|textbox|slider|spinbutton|treeitem)$/
  const NO_TEXT = /^(checkbox|radio|file|range|color|submit|button|reset|image)$/
  const words = [], clipped = []
  const found = [] // visible elements and their styles, in document order
  const texts = new Map() // text node → true (seen) or false (clipped)
  const boxes = new Set() // elements whose own box is visible
  const rendered = new Set()

  const nodesOf = Object.getOwnPropertyDescriptor(Node.prototype, 'childNodes').get // some libraries answer with their own list
  const children = (element) => {
    if (element.shadowRoot) return [...nodesOf.call(element.shadowRoot)]
    if (element.localName === 'slot') {
      const assigned = element.assignedNodes()
      if (assigned.length) return assigned
    }
    if (element.localName === 'details' && !element.open) return [element.querySelector(':scope > summary')].filter(Boolean)
    return [...nodesOf.call(element)]
  }
  const parent = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null
  const tidy = (text, most) => [...text.replace(/\s+/g, ' ').trim()].slice(0, most).join('').trim()

  /** Whether an element clips what is in it, and where. */
  const clipOf = (element, style) => {
    if (element.namespaceURI !== 'http://www.w3.org/1999/xhtml' || element.localName === 'html' || element.localName === 'body') return null
    if (/^(inline|contents|ruby|table-(row|column|header|footer).*)$/.test(style.display)) return null
    const [x, y] = [style.overflowX, style.overflowY]
    if (x === 'visible' && y === 'visible') return null
    const at = element.getBoundingClientRect()
    const scrolls = (overflow, inner, outer) => (overflow === 'auto' || overflow === 'scroll') && inner > outer + 1
    const axis = (overflow, from, size, inner, offset, backwards) => ({ clips: overflow !== 'visible', scrolls: scrolls(overflow, inner, size), from, size, to: from + size, offset, backwards })
    return {
      x: axis(x, at.left + element.clientLeft, element.clientWidth, element.scrollWidth, element.scrollLeft, style.direction === 'rtl'),
      y: axis(y, at.top + element.clientTop, element.clientHeight, element.scrollHeight, element.scrollTop, false),
    }
  }

  const cutAway = (style) => {
    const rect = /^rect\((.*)\)$/.exec(style.clip)
    if (rect && /absolute|fixed/.test(style.position)) {
      const [top, right, bottom, left] = rect[1].split(/[\s,]+/).map((side) => (side === 'auto' ? NaN : parseFloat(side)))
      if (bottom - top <= 1 || right - left <= 1) return true
    }
    if (/^(circle|ellipse)\(0(px|%)?[ )]/.test(style.clipPath)) return true
    const inset = /^inset\(([^)]*?)( round.*)?\)$/.exec(style.clipPath)
    if (!inset || !inset[1].split(' ').every((side) => side.endsWith('%'))) return false
    const [top, right = top, bottom = top, left = right] = inset[1].split(' ').map(parseFloat)
    return top + bottom >= 100 || left + right >= 100
  }

  /** Whether a person can scroll to a rectangle: no ancestor clips it away, and it is not beyond the start of the page. */
  const reachable = (rect, { clips, fixed, view }) => {
    let area = { x: [rect.left, rect.right], y: [rect.top, rect.bottom] }
    for (const clip of clips.toReversed()) {
      for (const name of ['x', 'y']) {
        const axis = clip[name]
        if (!axis.clips) continue
        if (axis.size <= 1) return false
        let [from, to] = area[name]
        if (axis.scrolls) { // anything but what is before its beginning
          if (axis.backwards ? from - axis.from + axis.offset >= axis.size : to - axis.from + axis.offset <= 0) return false
          area[name] = [axis.from, axis.to]
          continue
        }
        from = Math.max(from, axis.from)
        to = Math.min(to, axis.to)
        if (to - from <= 1) return false
        area[name] = [from, to]
      }
    }
    const { x: [left, right], y: [top, bottom] } = area
    if (fixed) return right > 0 && bottom > 0 && left < view.innerWidth && top < view.innerHeight
    const root = view.document.documentElement
    if (bottom + view.scrollY <= 0) return false
    return view.getComputedStyle(root).direction === 'rtl' ? left + view.scrollX < root.clientWidth : right + view.scrollX > 0
  }
  const large = (rect) => rect.width > 1 && rect.height > 1

  /** Reads a run of text nodes of one parent. */
  const readText = (run, chain, shown) => {
    let mark, heap = ''
    const flush = () => {
      if (mark !== undefined) (mark ? words : clipped).push(...heap.split(/\s+/).filter(Boolean))
      heap = ''
    }
    for (const node of run) {
      if (!node.data.trim()) { heap += node.data; continue }
      const range = node.ownerDocument.createRange()
      range.selectNodeContents(node)
      const rects = [...range.getClientRects()]
      if (!rects.length) continue
      const seen = shown && rects.some((rect) => large(rect) && reachable(rect, chain))
      texts.set(node, seen)
      if (mark !== undefined && mark !== seen) flush()
      mark = seen
      heap += node.data
    }
    flush()
  }

  /** Reads an element. `context` has the ancestors that clip it, by its position, and whether it is transparent. */
  const readElement = (element, context) => {
    const view = element.ownerDocument.defaultView
    const style = view.getComputedStyle(element)
    if (style.display === 'none') return false
    let { flow, absolute, fixed, faint } = context
    const boxed = style.display !== 'contents'
    if ((element.localName === 'dialog' || element.popover) && element.matches(':modal, :popover-open')) {
      flow = absolute = fixed = { clips: [], fixed: true, view } // the top layer
      faint = false
    }
    const visible = style.visibility === 'visible'
    let shown = false
    if (boxed) {
      if (style.position === 'fixed') flow = fixed
      if (style.position === 'absolute') flow = absolute
      faint ||= parseFloat(style.opacity) < 0.02 || cutAway(style)
      const rects = [...element.getClientRects()]
      if (rects.length && visible) rendered.add(element)
      shown = visible && !faint && rects.some((rect) => large(rect) && reachable(rect, flow))
      if (shown) boxes.add(element)
      const clip = clipOf(element, style)
      if (clip) flow = { ...flow, clips: [...flow.clips, clip] }
      const anchors = style.transform !== 'none' || style.translate !== 'none' || style.scale !== 'none' || style.rotate !== 'none' || style.filter !== 'none' || style.perspective !== 'none' || style.backdropFilter !== 'none' || /paint|layout|strict|content/.test(style.contain) || /transform|filter|perspective/.test(style.willChange)
      if (anchors) fixed = flow
      else if (style.position === 'fixed') fixed = { ...fixed, clips: [], fixed: true }
      if (anchors || style.position !== 'static') absolute = flow
    }
    const place = found.push({ element, style, shown }) - 1
    const inner = { flow, absolute, fixed, faint }
    if (element.localName === 'iframe') {
      if (shown && element.contentDocument?.documentElement) readDocument(element.contentDocument)
    } else if (!UNREAD.has(element.tagName) && !element.isContentEditable && style.contentVisibility !== 'hidden') {
      let run = []
      const readRun = () => { if (run.length && visible) readText(run, flow, !faint); run = [] }
      for (const child of children(element)) {
        if (child.nodeType === Node.TEXT_NODE) run.push(child)
        if (child.nodeType !== Node.ELEMENT_NODE) continue
        readRun()
        if (readElement(child, inner)) shown = true
      }
      const seen = run.some((node) => node.data.trim())
      readRun()
      shown ||= seen && visible && children(element).some((child) => texts.get(child))
    }
    found[place].shown = shown
    return shown
  }

  function readDocument(page) {
    const chain = { clips: [], fixed: false, view: page.defaultView }
    readElement(page.documentElement, { flow: chain, absolute: chain, fixed: { ...chain, fixed: true }, faint: false })
  }

  /** The text in an element: what is visible, or with `faint` what is rendered. */
  const textOf = (element, faint) => {
    if (UNREAD.has(element.tagName)) return ''
    return children(element).map((node) => {
      if (node.nodeType === Node.TEXT_NODE) return texts.get(node) || (faint && texts.has(node)) ? node.data : ''
      if (node.nodeType !== Node.ELEMENT_NODE) return ''
      if (node.localName === 'img' && (boxes.has(node) || faint)) return ` ${node.alt ?? ''} `
      return /^inline/.test(getComputedStyle(node).display) ? textOf(node, faint) : ` ${textOf(node, faint)} `
    }).join('')
  }
  const read = (element) => (textOf(element, false).trim() ? textOf(element, false) : textOf(element, true))

  const nameOf = (element, own = true) => {
    const referred = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter(Boolean)
      .map((id) => element.getRootNode().getElementById?.(id)).filter(Boolean)
      .map((target) => (target === element && element.ariaLabel) || target.ariaLabel || read(target) || target.textContent)
    const around = element.matches('input, select, textarea') ? element.getRootNode().host?.closest('label') : null // of a custom element
    const labels = [...(element.labels ?? []), ...(around ? [around] : [])].map((label) => read(label))
    const picture = element.matches('img') ? element : element.querySelector('img[alt]')
    const names = [
      () => referred.join(' '), () => element.getAttribute('aria-label'), () => labels.join(' '),
      () => (/^(submit|button|reset)$/.test(element.type) && element.localName === 'input' ? element.value : ''),
      () => own && read(element), () => element.title, () => element.placeholder, () => element.alt ?? picture?.alt,
    ]
    for (const name of names) {
      const text = tidy(String(name() || ''), 80)
      if (text) return text
    }
    return ''
  }

  const roleOf = (element) => {
    const given = element.getAttribute('role')?.trim().split(/\s+/)[0]
    if (given) return given
    const type = element.type
    switch (element.localName) {
      case 'a': return element.hasAttribute('href') ? 'link' : null
      case 'button': case 'summary': return 'button'
      case 'select': return element.multiple || element.size > 1 ? 'listbox' : 'combobox'
      case 'textarea': return 'textbox'
      case 'input': {
        if (/^(button|submit|reset|image|file|color)$/.test(type)) return 'button'
        if (/^(checkbox|radio)$/.test(type)) return type
        if (element.hasAttribute('list')) return 'combobox'
        return { range: 'slider', number: 'spinbutton', search: 'searchbox' }[type] ?? 'textbox'
      }
      default: return null
    }
  }

  const isControl = (element) => ROLES.test(element.getAttribute('role')?.trim().split(/\s+/)[0] ?? '') || element.matches('button, a[href], input:not([type=hidden]), select, textarea, summary')

  /** Whether a native control that is transparent or tiny has a look of its own: a label or a box around it. */
  const hasLook = (element) => {
    if (!element.matches('input, select') || !rendered.has(element)) return false
    if (!/^(checkbox|radio|file|range)$/.test(element.type) && element.tabIndex < 0) return false
    const around = []
    for (let up = element; up && around.length < 4; up = parent(up)) around.push(up)
    if (around.some((near) => near.ariaHidden === 'true')) return false // a twin for forms; a page behind a dialog is hidden further up
    return [...(element.labels ?? []), ...around.slice(1)].some((other) => boxes.has(other))
  }

  const truth = (value) => ({ true: true, false: false, mixed: 'mixed' })[value] ?? null
  const isDisabled = (element) => {
    if (element.matches(':disabled')) return true
    for (let up = element; up; up = parent(up)) if (up.ariaDisabled === 'true') return true
    return false
  }
  const describe = (element) => {
    const ticks = /^(checkbox|radio)$/.test(element.type) && element.localName === 'input'
    const field = element.localName === 'textarea' || (element.localName === 'input' && !NO_TEXT.test(element.type))
    return {
      tag: element.localName, type: /^(input|button|select)$/.test(element.localName) ? element.type : null, role: roleOf(element), name: nameOf(element),
      disabled: isDisabled(element),
      checked: ticks ? (element.indeterminate ? 'mixed' : element.checked) : truth(element.ariaChecked),
      expanded: element.localName === 'summary' ? (element.parentElement?.open ?? null) : truth(element.ariaExpanded),
      selected: truth(element.ariaSelected), pressed: truth(element.ariaPressed),
      length: field ? element.value.length : element.isContentEditable ? element.innerText.trim().length : null,
    }
  }

  readDocument(document)
  let focused = document.activeElement
  for (let inner = focused; inner; inner = inner.shadowRoot?.activeElement ?? (inner.localName === 'iframe' ? inner.contentDocument?.activeElement : null)) focused = inner
  if (focused?.localName === 'body' && focused.ownerDocument !== document) focused = focused.ownerDocument.defaultView.frameElement
  const headings = [], open = [], controls = []
  for (const { element, shown } of found) {
    if (isControl(element) && (shown || hasLook(element))) controls.push(describe(element))
    if (!shown) continue
    const role = element.getAttribute('role')
    const outer = element.parentElement?.closest('[role=heading]')
    if (!outer && (role === 'heading' || (!role && /^h[1-6]$/.test(element.localName)))) headings.push([Number(element.getAttribute('aria-level') ?? /\d/.exec(element.localName)?.[0] ?? 2), tidy(textOf(element, false), 200)])
    if (role === 'dialog' || role === 'alertdialog' || element.ariaModal === 'true' || element.matches('dialog[open]')) {
      const name = tidy(nameOf(element, false) || read(element), 60)
      if (open.at(-1) !== name) open.push(name) // a dialog in the wrapper of a dialog
    }
  }
  return {
    t: Date.now(), url: location.href, title: document.title, width: innerWidth, height: innerHeight, scroll: [Math.round(scrollX), Math.round(scrollY)],
    words, clipped,
    focus: !focused || focused === document.body || focused === document.documentElement ? null : { tag: focused.localName, role: roleOf(focused), name: nameOf(focused) },
    controls, headings: headings.filter(([, text]) => text), open,
  }
}

/** The screen of a page as soon as it is quiet, or null. */
export const quietScreen = (page, quiet, patience) => page.evaluate(`(${whenQuiet})(${readScreen}, ${quiet}, ${patience})`)
