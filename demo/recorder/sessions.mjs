// What ships: one JSONL file of snapshots a session, and sessions.json about all of them.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'

export const DEMO_DATA = fileURLToPath(new URL('../../replay_mcp/local/demo/data/', import.meta.url))

/** posthog-js adds some 60 properties to an event; these say what happened, and so do the shop's own (without a `$`). */
const KEPT = new Set([
  '$current_url', '$host', '$pathname', '$session_id', '$window_id', '$browser', '$os', '$device_type',
  '$event_type', '$el_text', '$exception_list', '$exception_level', '$anon_distinct_id', '$set', '$geoip_country_code', '$geoip_country_name',
])
/** Where a visitor came from and what they look at the page with: once a page is enough. */
const KEPT_OF_PAGEVIEWS = new Set(['$browser_language', '$referrer', '$referring_domain', '$viewport_width', '$viewport_height'])
const REPEATED = new Set(['distinct_id', 'token'])

/**
 * Writes the recordings of all `visits`, in story order.
 * `recorded`: [{slug, sessionId, lines, events}, …]; the written recordings of other visits are kept byte for byte.
 */
export async function writeSessions(visits, recorded) {
  await mkdir(DEMO_DATA, { recursive: true })
  const bySlug = new Map([...(await written()), ...recorded.map(packed)])
  const missing = visits.filter(({ slug }) => !bySlug.has(slug)).map(({ slug }) => slug)
  if (missing.length) throw new Error(`Not recorded yet: ${missing.join(', ')}`)

  const sessions = visits.map((visit) => ({ ...visit, ...bySlug.get(visit.slug) }))
  for (const { events, country } of sessions) for (const { properties } of events) Object.assign(properties, placeOf(country))
  const people = identify(sessions)
  for (const old of await readdir(DEMO_DATA)) if (/^\d\d-.*\.jsonl\.gz$/.test(old)) await rm(join(DEMO_DATA, old))

  const index = []
  for (const [at, { slug, story, endedAgo, sessionId, bytes, events }] of sessions.entries()) {
    const file = `${String(at + 1).padStart(2, '0')}-${slug}.jsonl.gz`
    await writeFile(join(DEMO_DATA, file), bytes)
    const person = people.get(events[0].distinct_id)
    index.push({ file, session_id: sessionId, story, ended_ago_seconds: endedAgo, person, events })
  }
  await writeFile(join(DEMO_DATA, 'sessions.json'), `[\n${index.map(indexEntry).join(',\n')}\n]\n`)
}

/** One session's entry, with one event a line. */
function indexEntry({ events, ...session }) {
  const lines = events.map((event) => `  ${JSON.stringify(event)}`).join(',\n')
  return `${JSON.stringify(session, null, 1).slice(0, -'\n}'.length)},\n "events": [\n${lines}\n ]\n}`
}

/** A visit as it is written: [slug, {sessionId, bytes, events}]. */
function packed({ slug, sessionId, lines, events }) {
  // PostHog serves snapshots in this form, `cv` strings as raw characters; JSON.stringify leaves those alone.
  return [slug, { sessionId, bytes: gzip(lines.map((line) => JSON.stringify(line)).join('\n') + '\n'), events: events.map(trim) }]
}

/** The visits that were written before, in the same form. */
async function written() {
  const text = await readFile(join(DEMO_DATA, 'sessions.json'), 'utf8').catch(() => '[]')
  return Promise.all(JSON.parse(text).map(async ({ file, session_id: sessionId, events }) =>
    [file.slice('00-'.length, -'.jsonl.gz'.length), { sessionId, bytes: await readFile(join(DEMO_DATA, file)), events }]))
}

/** PostHog finds the country by the address when it receives an event. The recorder's events come from this machine. */
const placeOf = (country) => ({
  $geoip_country_code: country, $geoip_country_name: new Intl.DisplayNames('en', { type: 'region' }).of(country),
})

/** The index with the lines of every file put back in. */
export async function readSessions() {
  const index = JSON.parse(await readFile(join(DEMO_DATA, 'sessions.json'), 'utf8'))
  return Promise.all(index.map(async (session) => {
    const text = gunzipSync(await readFile(join(DEMO_DATA, session.file))).toString('utf8')
    return { ...session, text, lines: text.trimEnd().split('\n').map((line) => JSON.parse(line)) }
  }))
}

function gzip(text) {
  const bytes = gzipSync(text, { level: 9 })
  bytes.fill(0, 4, 8) // no modification time: the same recording is the same file
  return bytes
}

/** distinct id -> person, over all sessions: who identifies twice is one person with all their ids. */
function identify(sessions) {
  const people = new Map()
  const add = (id, person) => {
    if (people.has(id)) return
    people.set(id, person)
    person.distinct_ids.push(id)
  }
  const captured = sessions.flatMap(({ events }) => events)
  for (const { event, distinct_id: id, properties: { $anon_distinct_id: anonymous, $set } } of captured) {
    if (event !== '$identify') continue
    const person = people.get(id) ?? { distinct_ids: [], properties: {} }
    add(id, person)
    add(anonymous, person)
    Object.assign(person.properties, $set)
  }
  for (const { distinct_id: id } of captured) add(id, { distinct_ids: [], properties: {} })
  return people
}

/** An event without what is empty, repeated elsewhere, or about the SDK and the device. */
function trim({ event, timestamp, properties, $set }) {
  const kept = Object.entries({ ...properties, $set }).filter(([name, value]) =>
    value != null && (KEPT.has(name) || (event === '$pageview' && KEPT_OF_PAGEVIEWS.has(name)) || !(name.startsWith('$') || REPEATED.has(name))))
  return { event, timestamp, distinct_id: properties.distinct_id, properties: Object.fromEntries(kept) }
}
