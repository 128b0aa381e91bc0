// What ships: one JSONL file of snapshots a session, and sessions.json about all of them.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'

export const DEMO_DATA = fileURLToPath(new URL('../../replay_mcp/local/demo/data/', import.meta.url))

/** posthog-js adds some 60 properties to an event; these say what happened, and so do the shop's own (without a `$`). */
const KEPT = new Set([
  '$current_url', '$host', '$pathname', '$session_id', '$window_id', '$browser', '$os', '$device_type',
  '$event_type', '$el_text', '$exception_list', '$exception_level', '$anon_distinct_id', '$set',
])
const REPEATED = new Set(['distinct_id', 'token'])

/** `recorded`: [{slug, story, endedAgo, sessionId, lines, events}, …] in story order. */
export async function writeSessions(recorded) {
  const people = identify(recorded)
  await mkdir(DEMO_DATA, { recursive: true })
  for (const old of await readdir(DEMO_DATA)) if (/^\d\d-.*\.jsonl\.gz$/.test(old)) await rm(join(DEMO_DATA, old))

  const index = []
  for (const [at, { slug, story, endedAgo, sessionId, lines, events }] of recorded.entries()) {
    const file = `${String(at + 1).padStart(2, '0')}-${slug}.jsonl.gz`
    // PostHog serves snapshots in this form, `cv` strings as raw characters; JSON.stringify leaves those alone.
    await writeFile(join(DEMO_DATA, file), gzip(lines.map((line) => JSON.stringify(line)).join('\n') + '\n'))
    const person = people.get(events[0].properties.distinct_id)
    index.push({ file, session_id: sessionId, story, ended_ago_seconds: endedAgo, person, events: events.map(trim) })
  }
  await writeFile(join(DEMO_DATA, 'sessions.json'), JSON.stringify(index, null, 1) + '\n')
}

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
function identify(recorded) {
  const people = new Map()
  const add = (id, person) => {
    if (people.has(id)) return
    people.set(id, person)
    person.distinct_ids.push(id)
  }
  const captured = recorded.flatMap(({ events }) => events)
  for (const { event, $set, properties } of captured) {
    if (event !== '$identify') continue
    const { distinct_id: id, $anon_distinct_id: anonymous } = properties
    const person = people.get(id) ?? { distinct_ids: [], properties: {} }
    add(id, person)
    add(anonymous, person)
    Object.assign(person.properties, $set)
  }
  for (const { properties } of captured) add(properties.distinct_id, { distinct_ids: [], properties: {} })
  return people
}

/** An event without what is empty, repeated elsewhere, or about the SDK and the device. */
function trim({ event, timestamp, properties, $set }) {
  const kept = Object.entries({ ...properties, $set }).filter(([name, value]) =>
    value != null && (KEPT.has(name) || !(name.startsWith('$') || REPEATED.has(name))))
  return { event, timestamp, distinct_id: properties.distinct_id, properties: Object.fromEntries(kept) }
}
