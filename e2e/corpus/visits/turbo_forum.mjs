// Hotwire: Turbo replaces the body at links and forms, frames and streams replace parts.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const turbo = readFileSync(join(dirname(createRequire(import.meta.url).resolve('@hotwired/turbo/package.json')), 'dist/turbo.es2017-umd.js'), 'utf8')
const css = 'body{font:16px/1.5 system-ui;max-width:700px;margin:16px auto}.flash{padding:8px;background:#e7f5ec}.flash.alert{background:#fbe9e9}#error_explanation{border:2px solid #b00;padding:8px}.field_with_errors input{border:1px solid #b00}article{border-top:1px solid #ddd;padding:8px 0}'
const page = (title, body, flash = '') => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${css}</style><!-- SNIPPET --><script src="/turbo.js"></script></head><body><nav><a href="/">Topics</a> <a href="/topics/new">New topic</a> <a href="/members">Members</a></nav>${flash}<h1>${title}</h1>${body}</body></html>`
const form = (problems = [], title = '') => `<form action="/topics" method="post">${problems.length ? `<div id="error_explanation"><h2>${problems.length} error${problems.length > 1 ? 's' : ''} prohibited this topic from being saved:</h2><ul>${problems.map((each) => `<li>${each}</li>`).join('')}</ul></div>` : ''}<p><label for="topic_title">Title</label><br><input id="topic_title" name="title" value="${title}"></p><p><label for="topic_body">Body</label><br><textarea id="topic_body" name="body"></textarea></p><input type="submit" name="commit" value="Create topic"> <button type="button">Preview topic</button></form>`
const topic = (votes = 4) => `<article><h2>Login fails with error 500</h2><p>Asked by Mo, solved.</p><turbo-frame id="votes"><span>${votes} votes</span><form action="/votes" method="post"><button>Vote up</button></form></turbo-frame><p><a href="/topics/1/report" data-turbo-frame="panel">Report this topic</a> <button type="button">Subscribe</button> <a href="https://example.invalid/source" target="_blank" rel="noopener">Source</a></p><turbo-frame id="panel"></turbo-frame></article>`

export default {
  held: false,
  routes: () => {
    let flash = ''
    const shown = () => { const now = flash; flash = ''; return now }
    return {
      'GET /turbo.js': { headers: { 'content-type': 'text/javascript' }, html: turbo },
      'GET /': () => ({ html: page('Topics', topic(), shown()) }),
      'GET /topics/new': { html: page('New topic', form()) },
      'POST /topics': ({ form: sent }) => (sent.get('title') && sent.get('body') ? ((flash = '<p class="flash notice">Topic was successfully created.</p>'), { to: '/topics/2' }) : { status: 422, html: page('New topic', form([...(sent.get('title') ? [] : ["Title can't be blank"]), ...(sent.get('body') ? [] : ["Body can't be blank"])], sent.get('title'))) }),
      'GET /topics/2': () => ({ html: page('Which bread for soup?', '<p>Nobody has answered yet.</p><button type="button">Pin topic</button>', shown()) }),
      'POST /votes': ({ n }) => (n === 1 ? { html: '<turbo-frame id="votes"><span>5 votes</span><form action="/votes" method="post"><button>Vote up</button></form></turbo-frame>' } : { status: 422, html: '<turbo-frame id="votes"><span>5 votes</span><p role="alert">You have voted already</p><form action="/votes" method="post"><button>Vote up</button></form></turbo-frame>' }),
      'GET /topics/1/report': { wait: 200, html: '<turbo-frame id="panel"><form action="/reports" method="post"><label>Reason <input name="reason"></label> <button>Send report</button></form></turbo-frame>' },
      'POST /reports': { wait: 3300, html: '<turbo-frame id="panel"><p>Thank you, the moderators will look at it.</p></turbo-frame>' },
      'GET /members': { wait: 3400, html: page('Members', '<ul><li>Mo</li><li>Lou</li></ul><button type="button">Invite friends</button>') },
    }
  },
  async play(v) {
    await v.click('Subscribe', v.button('Subscribe'), { flags: ['dead'], wait: 3300 })
    await v.click('Vote up', v.button('Vote up'), { soft: ['5 votes'] })
    await v.click('Vote up', v.button('Vote up'), { flags: ['error_after', 'error_shown'], texts: ['You have voted already'], wait: 2200 })
    await v.click('Report this topic', v.role('link', 'Report this topic'), { wait: 1600 })
    await v.type('Reason', v.page.getByLabel('Reason'), 'Off topic here')
    await v.click('Send report', v.button('Send report'), { flags: ['slow'], texts: ['the moderators will look at it.'], wait: 4800 })
    await v.click('New topic', v.role('link', 'New topic'), { nav: '/topics/new', wait: 2200 })
    await v.click('Create topic', v.button('Create topic'), { flags: ['error_after', 'error_shown'], texts: ["Title can't be blank", "Body can't be blank"], nav: '/topics', wait: 2600 })
    await v.type('Title', v.page.getByLabel('Title'), 'Which bread for soup?', { public: true })
    await v.click('Preview topic', v.button('Preview topic'), { flags: ['rage'], may: ['dead'], n: 4, gap: 170, wait: 3300 })
    await v.click('Create topic', v.button('Create topic'), { flags: ['error_after', 'error_shown'], texts: ["Body can't be blank"], nav: '/topics', wait: 2600 })
    await v.click('Members', v.role('link', 'Members'), { flags: ['slow'], nav: '/members', wait: 5400, why: 'looks at the members, then begins again' })
    await v.click('Invite friends', v.button('Invite friends'), { flags: ['dead'], wait: 3300 })
    await v.click('New topic', v.role('link', 'New topic'), { nav: '/topics/new', wait: 2200 })
    await v.type('Title', v.page.getByLabel('Title'), 'Which bread for soup?', { public: true })
    await v.type('Body', v.page.getByLabel('Body'), 'Rye or spelt?')
    await v.screen()
    await v.click('Create topic', v.button('Create topic'), { texts: ['Topic was successfully created.'], nav: '/topics/2', wait: 3000 })
    v.nav = v.nav.filter((each) => each.url !== '/topics')
    v.claim('true', { kind: 'clicked', text: 'Create topic', count: 3 }, { kind: 'saw_text', text: 'successfully created' }, { kind: 'saw_text', text: 'You have voted already' }, { kind: 'rage', text: 'Preview topic' }, { kind: 'visited', text: '/topics/2' }, { kind: 'dead', text: 'Subscribe' })
    v.claim('false', { kind: 'dead', text: 'Create topic' }, { kind: 'rage', text: 'Vote up' }, { kind: 'dead', text: 'Members' })
    v.claim('unknown', { kind: 'clicked', text: 'Pin topic' }, { kind: 'visited', text: '/settings' })
    v.ends('success', 'Topic was successfully created')
  },
}
