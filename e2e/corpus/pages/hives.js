import '@picocss/pico/css/pico.min.css'
import 'tabulator-tables/dist/css/tabulator_simple.min.css'
import 'notyf/notyf.min.css'
import { Notyf } from 'notyf'
import { TabulatorFull as Tabulator } from 'tabulator-tables'
import { post } from './post.js'

const root = document.getElementById('root')
root.innerHTML = `<style>.badge{font-size:.8em;padding:2px 8px;border-radius:9px;background:#def}.pill{padding:2px 8px;border-radius:9px;background:#fde68a}.pill.ok{background:#bbf7d0}.tip{font-size:.75em;background:#222;color:#fff;padding:2px 6px;border-radius:4px}.tabulator-footer .tabulator-page{color:#234}.tiny{width:auto;display:inline-block;padding:4px 10px}</style>
<nav class="container"><ul><li><strong>Apiary log</strong></li></ul><ul><li>Scales <span class="badge" id="scales">read 0 s ago</span></li><li><span class="badge" id="count">128 readings</span></li></ul></nav>
<main class="container"><article><header>Import readings</header><label>CSV file <input type="file" id="file"></label><button class="tiny" id="import">Import readings</button> <button class="tiny secondary" id="columns">Columns</button> <button class="tiny secondary outline" id="chart" aria-label="Show chart">📈</button> <span class="pill" id="state" hidden></span><div id="left"></div></article>
<div role="group"><button class="outline" id="csv">Download as CSV</button><button class="outline" id="link">Copy share link</button><button class="outline">Weigh all hives now</button></div><span id="tip"></span><div id="table"></div>
<dialog id="dialog"><article><header>Columns</header><label><input type="checkbox" id="remark" checked> Remarks</label><footer><button id="done">Done</button></footer></article></dialog></main>`
const $ = (id) => document.getElementById(id)
const notyf = new Notyf({ duration: 3000, position: { x: 'right', y: 'top' } })
const remarks = ['calm', 'scale error fixed', 'feeding failed, tried again', 'queen seen', 'no eggs found', 'varroa: problem solved']
const data = Array.from({ length: 12 }, (_, k) => ({ id: k, hive: `Hive ${(k % 6) + 1}`, weight: 24 + k * 0.7, remark: remarks[k % 6] }))
const table = new Tabulator('#table', { data, layout: 'fitColumns', pagination: true, paginationSize: 6, columns: [{ title: 'Hive', field: 'hive', headerFilter: true, headerFilterPlaceholder: 'Which hive' }, { title: 'Weight', field: 'weight', formatter: (cell) => cell.getValue().toFixed(1) }, { title: 'Remark', field: 'remark' }, { title: '', headerSort: false, formatter: () => '<span style="cursor:pointer">⋯ More</span>', width: 110 }] })
let age = 0, count = 128
setInterval(() => { age = (age + 1) % 15; $('scales').textContent = `read ${age} s ago` }, 1000)
const add = (more) => { count += more; $('count').textContent = `${count} readings` }
const pill = (text, ok) => { $('state').hidden = false; $('state').className = ok ? 'pill ok' : 'pill'; $('state').textContent = text }
let open = []
const draw = () => {
  $('left').innerHTML = open.length ? `<p>${open.length} of ${open.total} rows could not be imported</p><table><tbody>${open.map((row) => `<tr><td>Row ${row.row}</td><td><input aria-label="Value in row ${row.row}" value="${row.value}"></td><td>${row.why}</td></tr>`).join('')}</tbody></table><button class="tiny" id="again">Import what is left</button>` : ''
  if (open.length) $('again').onclick = async () => { const answer = await post('/api/again'); open = Object.assign(answer.refused, { total: open.length }); add(answer.added); if (open.length) pill('Partly imported'); else pill('All 5 rows are in', true); draw() }
}
$('import').onclick = async () => {
  if (!$('file').files.length) { $('file').ariaInvalid = 'true'; notyf.error('Choose a file first'); return }
  $('file').removeAttribute('aria-invalid')
  const answer = await post('/api/import'); open = Object.assign(answer.refused, { total: 5 })
  add(answer.added); notyf.success(`${answer.added} readings added`); pill('Partly imported'); draw()
}
$('columns').onclick = () => $('dialog').showModal()
$('done').onclick = () => { $('dialog').close(); table[$('remark').checked ? 'showColumn' : 'hideColumn']('remark') }
$('chart').onclick = () => window.hiveChart.open()
$('csv').onclick = () => table.download('csv', 'hives.csv')
$('link').onclick = async () => { await navigator.clipboard?.writeText('https://apiary.test/l/4').catch(() => {}); $('tip').innerHTML = '<span class="tip">Copied</span>'; setTimeout(() => $('tip').replaceChildren(), 1000) }
