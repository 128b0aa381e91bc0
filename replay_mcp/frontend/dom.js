/** Creates an element; text is always text, never markup. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue
    if (name in made && !name.includes('-') && name !== 'role') made[name] = value
    else made.setAttribute(name, value)
  }
  made.append(...children)
  return made
}

/** Changes a text only if it differs, so that screen readers announce it once. */
export function setText(place, text) {
  if (place.textContent !== text) place.textContent = text
}

/** A time as people read it: 1:07, or 1:07.3 with a digit. */
export function clockTime(milliseconds, digits = 0) {
  const tenths = Math.floor(Math.max(0, milliseconds) / 100)
  const minutes = Math.floor(tenths / 600)
  const seconds = String(Math.floor((tenths % 600) / 10)).padStart(2, '0')
  return `${minutes}:${seconds}${digits ? `.${tenths % 10}` : ''}`
}

/** The index of the last entry whose time is not after `time`; -1 if there is none. `of` returns an entry's time. */
export function lastUntil(entries, time, of) {
  let low = 0, high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (of(entries[middle]) <= time) low = middle + 1
    else high = middle
  }
  return low - 1
}

const PATHS = {
  play: 'M4 2 L14 8 L4 14 Z',
  pause: 'M4 2 H7 V14 H4 Z M9 2 H12 V14 H9 Z',
  previous: 'M13 2 L6 8 L13 14 Z M3 2 H5 V14 H3 Z',
  next: 'M3 2 L10 8 L3 14 Z M11 2 H13 V14 H11 Z',
}

/** A small picture for a button; fonts lack some of these signs. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  for (const [key, value] of Object.entries({ viewBox: '0 0 16 16', width: 14, height: 14, 'aria-hidden': 'true' })) svg.setAttribute(key, value)
  path.setAttribute('d', PATHS[name])
  path.setAttribute('fill', 'currentColor')
  svg.append(path)
  return svg
}
