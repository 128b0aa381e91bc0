// htmx on a server-rendered page: fragments replace parts of it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const htmx = readFileSync(createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js'), 'utf8')
const css = 'body{font:16px/1.5 system-ui;max-width:680px;margin:20px auto}.field-errors{color:#a40000;padding-left:1em}.htmx-indicator{opacity:0}.htmx-request .htmx-indicator,.htmx-request.htmx-indicator{opacity:1;transition:opacity 200ms}tr.htmx-swapping td{opacity:0;transition:opacity .3s}.notice{background:#e8f5e9;padding:8px}.problem{background:#fdecea;padding:8px}button{margin:0 6px 6px 0}'
const rows = { 7: 'Renew the certificate', 8: 'Fix the login error', 9: 'Invalid invoices: clean up' }
const row = (id) => `<tr id="t${id}"><td>${rows[id]}</td><td><button hx-delete="/tasks/${id}" hx-confirm="Delete this task?" hx-target="#t${id}" hx-swap="outerHTML swap:300ms">Delete</button></td></tr>`
const form = (problem = '', value = '') => `<form id="new" hx-post="/tasks" hx-target="this" hx-swap="outerHTML"><label>New task <input name="title" value="${value}"></label> <button>Add task</button>${problem && `<ul class="field-errors"><li>${problem}</li></ul>`}</form>`

export default {
  held: false,
  routes: () => ({
    'GET /': { html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Team tasks</title><style>${css}</style><!-- SNIPPET --><script>${htmx}</script></head><body><h1>Team tasks</h1><div id="flash" aria-live="polite"></div>${form()}<p><input name="q" aria-label="Search tasks" hx-get="/search" hx-trigger="keyup changed delay:300ms" hx-target="#rows"></p><table><tbody id="rows">${[7, 8, 9].map(row).join('')}</tbody></table><p><button hx-post="/report" hx-target="#report">Weekly report <span class="htmx-indicator">working…</span></button><button>Export as CSV</button><button>Assign to me</button><button>Share board</button></p><div id="report"></div><button hx-post="/sync" hx-target="#flash">Sync calendar</button><p hx-get="/clock" hx-trigger="every 2s">Updated just now</p><script>document.body.addEventListener('htmx:responseError', (event) => { document.getElementById('flash').innerHTML = '<div class="problem">' + (event.detail.xhr.responseText || 'The server did not answer') + '</div>' })</script></body></html>` },
    'GET /clock': ({ n }) => ({ html: `Updated ${n * 2} s ago` }),
    'POST /tasks': ({ n, form: sent }) => (n === 1 ? { html: form('A task needs a title.') } : n === 2 ? { status: 500, html: 'The task was lost: our database restarts.' } : { html: `${form()}<tr hx-swap-oob="beforeend:#rows"><td>${sent.get('title').length} letters</td></tr><div id="flash" hx-swap-oob="innerHTML"><div class="notice">Task added</div></div>` }),
    'GET /search': ({ url }) => ({ html: url.searchParams.get('q') === 'log' ? row(8) : url.searchParams.get('q') ? '<tr><td>Nothing matches</td></tr>' : [7, 8, 9].map(row).join('') }),
    'DELETE /tasks/7': { html: '' },
    'DELETE /tasks/8': { status: 403, html: 'Only its owner may delete that task.' },
    'POST /report': ({ n }) => ({ wait: 3300, html: n === 1 ? '<p>3 tasks open, 12 of 40 checks failed</p>' : '<p>2 tasks open</p>' }),
    'POST /sync': { status: 504, wait: 3200, html: 'The calendar took too long.' },
  }),
  async play(v) {
    const last = (id) => v.page.locator(`#t${id} button`)
    await v.click('Add task', v.button('Add task'), { flags: ['error_shown'], texts: ['A task needs a title.'], wait: 1800 })
    await v.click('Export as CSV', v.button('Export as CSV'), { flags: ['dead'], wait: 3300, why: 'a clock is polled and goes on' })
    await v.type('New task', v.page.getByLabel('New task'), 'Order new chairs')
    await v.click('Add task', v.button('Add task'), { flags: ['error_after', 'error_shown'], texts: ['The task was lost: our database restarts.'], wait: 2400 })
    await v.click('Weekly report', v.button('Weekly report'), { flags: ['slow'], may: ['wait'], wait: 4700, texts: ['12 of 40 checks failed'], why: 'a count in a report' })
    await v.type('Search tasks', v.page.getByLabel('Search tasks'), 'log', { public: true, wait: 1300, why: 'the list gets shorter; a task is named after an error' })
    await v.click('Delete', last(8), { flags: ['error_after', 'error_shown'], texts: ['Only its owner may delete that task.'], wait: 2400, why: 'confirm(), then 403' })
    await v.click('Search tasks', v.page.getByLabel('Search tasks'), { n: 3, gap: 50, double: true, wait: 300 })
    await v.key('Search tasks', 'Backspace', { as: 'typing', chars: 0, wait: 1600, why: 'empties it; all tasks are back, some named after errors' })
    await v.click('Assign to me', v.button('Assign to me'), { flags: ['rage'], may: ['dead'], n: 4, wait: 3300 })
    await v.click('Delete', last(7), { wait: 2000, why: 'confirm(), then the row goes' })
    await v.click('Sync calendar', v.button('Sync calendar'), { flags: ['slow', 'error_after', 'error_shown'], texts: ['The calendar took too long.'], wait: 4900 })
    await v.click('Share board', v.button('Share board'), { flags: ['dead'], wait: 3300 })
    await v.click('Weekly report', v.button('Weekly report'), { flags: ['slow'], may: ['wait'], wait: 4700, texts: ['2 tasks open'] })
    await v.screen()
    await v.click('Add task', v.button('Add task'), { texts: ['Task added'], wait: 2200 })
    v.claim('true', { kind: 'clicked', text: 'Add task', count: 3 }, { kind: 'saw_text', text: 'Task added' }, { kind: 'saw_text', text: 'The calendar took too long' }, { kind: 'rage', text: 'Assign to me' }, { kind: 'dead', text: 'Export as CSV' }, { kind: 'request_failed', text: '/sync', status: 504 })
    v.claim('false', { kind: 'rage', text: 'Add task' }, { kind: 'dead', text: 'Weekly report' }, { kind: 'request_failed', text: '/report' }, { kind: 'request_failed', text: '/tasks/7' })
    v.claim('unknown', { kind: 'clicked', text: 'Archive' }, { kind: 'saw_text', text: 'Task archived' })
    v.ends(['success', 'not shown'], 'a task was added at the third try; one deletion was refused, the calendar was not synced')
  },
}
