// Plays visits in headless Chromium, and writes the recordings that `replay-mcp local` received, with the truth about them.
//
//     node record.mjs [NAME…]      all visits, or these; PYTHON is an interpreter with replay_mcp installed
//     MOMENTS=1 node record.mjs    writes the recordings and moments.json.gz into tests/corpus/moments; nothing else
//
// OUT is another directory to write to. With MOMENTS, SHOTS is a directory for pictures of the moments.
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { bundle } from './build.mjs'
import { serve, shell } from './serve.mjs'
import { Visitor } from './visitor.mjs'

const run = promisify(execFile)
const PYTHON = process.env.PYTHON ?? 'python'
const PARALLEL = 2 // with more, two cores render late, and pages look slower than they are
const MOMENTS = Boolean(process.env.MOMENTS)
const SHOTS = process.env.SHOTS
const OUT = process.env.OUT ?? fileURLToPath(new URL(`../../tests/corpus/${MOMENTS ? 'moments/' : ''}`, import.meta.url))
const POSTHOG_JS = dirname(createRequire(import.meta.url).resolve('posthog-js/package.json'))
const ONLY = process.argv.slice(2)

const files = (await readdir(new URL('visits/', import.meta.url))).map((file) => file.replace(/\.mjs$/, '')).sort()
const work = await mkdtemp(join(tmpdir(), 'corpus-'))
const store = join(work, 'store.sqlite')
const local = spawn(PYTHON, ['-m', 'replay_mcp', 'local', '--port', '0', '--local', store, '--posthog-js', POSTHOG_JS], { stdio: ['ignore', 'pipe', 'pipe'] })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // Chromium refuses to run its sandbox as root
    '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ],
})

/** The snippet that `replay-mcp local` prints. Its output is read to the end, since a closed pipe would end it. */
const snippet = () => new Promise((found, broken) => {
  let greeting = ''
  local.stderr.on('data', (chunk) => { if (/error|traceback/i.test(chunk)) process.stderr.write(chunk) })
  local.stdout.on('data', (chunk) => {
    greeting += chunk
    const pasted = greeting.match(/<script src=[\s\S]*?<\/script>\n<script>[\s\S]*?<\/script>/)
    if (pasted && greeting.includes('mcpServers')) found(pasted[0])
  })
  local.on('exit', (code, signal) => broken(new Error(`replay-mcp local ended (${code ?? signal}): ${greeting}`)))
})

async function play(name, pasted) {
  const { default: visit } = await import(`./visits/${name}.mjs`)
  const built = await mkdtemp(join(work, `${name}-`))
  const sites = []
  const open = async (site) => { sites.push(await serve({ built, snippet: pasted, ...site })); return sites.at(-1) }
  const visitor = new Visitor(name, { moments: MOMENTS, shots: MOMENTS && SHOTS })
  try {
    if (visit.page) await bundle(visit.page, built)
    const other = visit.other && (await open({ routes: visit.other, snippet: '' }))
    const site = await open({ routes: visit.routes?.({ other: other?.origin }) ?? {}, html: visit.page && shell(visit) })
    await visitor.open(browser, site.origin, visit.path ?? '/', visit.device)
    await visit.play(visitor)
    await visitor.leave()
    await run(PYTHON, ['-m', 'replay_mcp', 'export', visitor.id, '--local', store, '--force', '-o', join(OUT, `${name}.jsonl.gz`)])
    console.log(`${name}: ${visitor.actions.length} actions${visitor.errors.length ? `; page errors: ${visitor.errors.join(' | ')}` : ''}`)
    return MOMENTS ? moments(name, visitor) : visitor.truth(visit.held ?? false)
  } catch (error) {
    const shot = join(tmpdir(), `corpus-${name}.png`)
    await visitor.page?.screenshot({ path: shot }).catch(() => {})
    await visitor.context?.close().catch(() => {})
    console.error(`${name} broke off (${shot}): ${error.stack.slice(0, 700)} ${visitor.errors.join(' | ')}`)
    process.exitCode = 1
  } finally {
    for (const site of sites) site.close()
  }
}

/** The moments of a visit. Their pictures are written, but not kept with them. */
function moments(name, visitor) {
  return visitor.moments().map(({ shot, ...moment }, index) => {
    if (shot) writeFileSync(join(SHOTS, `${name}-${index}.jpg`), shot)
    return moment
  })
}

/** Adds a visit to a file of {name: …} and keeps the others. It is synchronous, since two visits may end together. */
function merge(file, name, value) {
  const path = join(OUT, file)
  const [unpack, pack] = file.endsWith('.gz') ? [gunzipSync, gzipSync] : [(bytes) => bytes, (text) => text]
  const known = existsSync(path) ? JSON.parse(unpack(readFileSync(path))) : {}
  const all = Object.entries({ ...known, [name]: value }).sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(path, pack(`{\n${all.map((entry) => entry.map((part) => JSON.stringify(part)).join(': ')).join(',\n')}\n}\n`))
}

try {
  for (const folder of [OUT, MOMENTS && SHOTS]) if (folder) mkdirSync(folder, { recursive: true })
  const pasted = await snippet()
  const queue = files.filter((name) => !ONLY.length || ONLY.includes(name))
  await Promise.all(Array.from({ length: PARALLEL }, async () => {
    for (let name; (name = queue.shift());) {
      const made = await play(name, pasted)
      if (!made) continue
      if (MOMENTS) {
        merge('moments.json.gz', name, made)
        continue
      }
      const { screens, ...truth } = made
      merge('truth.json', name, truth)
      merge('screens.json', name, screens)
    }
  }))
} finally {
  await browser.close()
  local.kill()
  await rm(work, { recursive: true, force: true })
}
