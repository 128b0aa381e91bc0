import { element } from './dom.js'
import { Recording } from './recording.js'
import { View } from './view.js'

/** The stills of a report, which are part of the page. */
class Stills {
  constructor(stills) {
    this.byPlace = new Map(stills.map((still) => [`${still.tab} ${still.at}`, still]))
  }

  async frame(tab, at) {
    const still = this.byPlace.get(`${tab} ${at}`)
    if (!still) return { html: '' }
    const bytes = Uint8Array.from(atob(still.page), (char) => char.charCodeAt(0))
    const page = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
    return { html: await new Response(page).text(), width: still.width, height: still.height }
  }
}

/** A report: one file, which needs neither a server nor the network. */
function openReport() {
  const report = JSON.parse(document.getElementById('report').textContent)
  const recording = new Recording(report.recording)
  const view = new View(document.getElementById('player'), recording, new Stills(report.stills), { stills: true })
  const notes = []
  if (report.left_out) notes.push(element('p', { className: 'missing' }, `${report.left_out} more pictures did not fit into this file.`))
  if (/^https?:/.test(report.link)) notes.push(element('p', { className: 'missing' }, element('a', { href: report.link, rel: 'noreferrer', target: '_blank' }, 'Play the recording')))
  view.header.append(...notes)
  const moment = Number(/^#t=([\d.]+)$/.exec(location.hash)?.[1] ?? 0) * 1000
  view.open(moment || (recording.problems[0]?.start ?? 0))
}

openReport()
