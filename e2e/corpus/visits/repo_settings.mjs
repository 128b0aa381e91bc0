// Settings as code hosts have them: every part is saved by itself, small hints beside the control say so.
const css = 'body{font:14px/1.5 system-ui;max-width:760px;margin:16px auto}.Box-danger{border:1px solid #cf222e;padding:12px;margin-top:24px}.color-fg-danger{color:#cf222e}.color-fg-success{color:#1a7f37}.color-fg-muted{color:#59636e}.form-group{margin:16px 0}.status-indicator-success:before{content:"✓ "}label{font-weight:600}.error{color:#cf222e}.flash{padding:12px;background:#ddf4ff}[hidden]{display:none}'
const script = `
const $ = (id) => document.getElementById(id)
const send = async (path, data) => { const r = await fetch(path, { method: 'PUT', body: JSON.stringify(data) }); return { ok: r.ok, ...(await r.json()) } }
$('rename').onsubmit = async (e) => { e.preventDefault(); $('name-note').textContent = 'Checking availability…'; $('name-note').className = 'color-fg-muted'; const a = await send('/settings/name', $('name').value.length); $('name-note').className = a.ok ? 'color-fg-success' : 'error'; $('name-note').textContent = a.ok ? 'Renamed' : a.text; if (a.ok) $('crumb').textContent = $('name').value }
$('wiki').onchange = async () => { $('wiki-note').hidden = true; await send('/settings/features', 1); $('wiki-note').hidden = false; setTimeout(() => { $('wiki-note').hidden = true }, 3000) }
$('about').onsubmit = async (e) => { e.preventDefault(); const b = $('about').querySelector('button'); b.disabled = true; b.textContent = 'Saving…'; const a = await send('/settings/about', 1); b.disabled = false; b.textContent = 'Save'; $('about-note').className = a.ok ? 'color-fg-success' : 'color-fg-danger'; $('about-note').textContent = a.ok ? 'Saved' : a.text }
$('why').onclick = () => { $('why-text').hidden = !$('why-text').hidden }`
const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Settings · tern</title><style>${css}</style><!-- SNIPPET --></head><body><nav><span id="crumb">tern</span> / Settings</nav><div class="flash">Two-factor sign-in will be required from 1 May. <a href="#2fa">Learn more</a></div><h1>General</h1>
<form class="form-group" id="rename"><label for="name">Repository name</label> <input id="name" value="tern"> <button>Rename</button> <span id="name-note" aria-live="polite"></span></form>
<div class="form-group"><label><input type="checkbox" id="wiki"> Wikis</label> <span id="wiki-note" class="color-fg-success" hidden>Saved</span><p class="color-fg-muted">Wikis host documentation for your repository.</p></div>
<form class="form-group" id="about"><label for="text">Description</label> <input id="text"> <button>Save</button> <span id="about-note"></span></form>
<div class="Box-danger"><h2>Danger zone</h2><p>Once you delete a repository, there is no going back.</p><button type="button" id="why">What is deleted</button> <p id="why-text" hidden>Issues, wikis and failed runs are removed. Forks are not.</p> <button type="button" class="color-fg-danger">Transfer ownership</button></div><script>${script}</script></body></html>`
export default {
  held: false,
  routes: () => ({
    'GET /settings': { html },
    'PUT /settings/name': ({ n }) => (n === 1 ? { status: 422, wait: 500, json: { text: 'The repository tern-2 already exists on this account.' } } : { wait: 500, json: {} }),
    'PUT /settings/features': { json: {} },
    'PUT /settings/about': ({ n }) => (n === 1 ? { status: 422, json: { text: 'Description cannot be more than 20 characters' } } : { wait: 400, json: {} }),
  }),
  path: '/settings',
  async play(v) {
    const label = (name) => v.page.getByLabel(name, { exact: true })
    await v.click('What is deleted', v.button('What is deleted'), { soft: ['Issues, wikis and failed runs are removed.'], wait: 1800, why: 'a help text' })
    await v.click('Transfer ownership', v.button('Transfer ownership'), { flags: ['dead'], wait: 3300 })
    await v.click('Wikis', label('Wikis'), { as: 'change', texts: ['Saved'], wait: 3600 })
    await v.retype('Repository name', label('Repository name'), 'tern-2', { public: true })
    await v.click('Rename', v.button('Rename'), { flags: ['error_after', 'error_shown'], texts: ['The repository tern-2 already exists on this account.'], wait: 2400 })
    await v.retype('Repository name', label('Repository name'), 'arctic-tern', { public: true, flags: ['retyped'] })
    await v.click('Rename', v.button('Rename'), { texts: ['Renamed'], wait: 2200 })
    await v.screen()
    await v.type('Description', label('Description'), 'Counts terns by their calls')
    await v.click('Save', v.button('Save'), { flags: ['error_after', 'error_shown'], texts: ['Description cannot be more than 20 characters'], wait: 2200 })
    await v.retype('Description', label('Description'), 'Counts terns', { flags: ['retyped'] })
    await v.click('Save', v.button('Save'), { texts: ['Saved'], wait: 3200 })
    v.claim('true', { kind: 'clicked', text: 'Rename', count: 2 }, { kind: 'clicked', text: 'Save', count: 2 }, { kind: 'saw_text', text: 'Renamed' }, { kind: 'dead', text: 'Transfer ownership' })
    v.claim('false', { kind: 'dead', text: 'Save' }, { kind: 'request_failed', text: '/settings/features' })
    v.claim('unknown', { kind: 'saw_text', text: 'Repository deleted' })
    v.ends('success', 'name and description were saved, each at the second try; hints of one word say so')
  },
}
