// PostHog's side of the conversation with posthog-js: remote config, flags, events and snapshots.
import { gunzipSync } from 'node:zlib'

const CONFIG = {
  supportedCompression: ['gzip-js'],
  sessionRecording: {
    endpoint: '/s/',
    consoleLogRecordingEnabled: true,
    recorderVersion: 'v2',
    networkPayloadCapture: { recordHeaders: true, recordBody: false, capturePerformance: true },
    sampleRate: null,
    minimumDurationMilliseconds: null,
    linkedFlag: null,
  },
  capturePerformance: { network_timing: true },
  autocapture_opt_out: false, // without an answer posthog-js captures no clicks
  autocaptureExceptions: true,
  captureDeadClicks: true,
  hasFeatureFlags: false,
  heatmaps: false,
  surveys: false,
  siteApps: [],
}

export class Intake {
  /** session id -> {lines: [[windowId, rrweb event], …], events: [captured event, …]}, both in the order of arrival */
  #sessions = new Map()

  /** PostHog's answer to a request, or undefined when the request is not for PostHog. */
  answer({ pathname }, body) {
    if (/^\/array\/[^/]+\/config$/.test(pathname)) return CONFIG
    if (pathname === '/flags/') return { ...CONFIG, featureFlags: {} }
    if (pathname === '/s/' || pathname === '/e/') {
      for (const event of unpack(body)) this.#keep(event)
      return { status: 1 }
    }
    return undefined
  }

  session(id) {
    if (!this.#sessions.has(id)) this.#sessions.set(id, { lines: [], events: [] })
    return this.#sessions.get(id)
  }

  #keep(event) {
    const { $session_id, $window_id, $snapshot_data } = event.properties
    const { lines, events } = this.session($session_id)
    if (event.event !== '$snapshot') events.push(event)
    else for (const each of $snapshot_data) lines.push([$window_id, each])
  }
}

/** posthog-js sends one event or a list of them, gzipped or not. */
function unpack(body) {
  const gzipped = body[0] === 0x1f && body[1] === 0x8b
  const message = JSON.parse(gzipped ? gunzipSync(body) : body)
  return [message.batch ?? message].flat()
}
