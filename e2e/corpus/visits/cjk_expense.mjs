// Japanese, native elements, a file chooser, a disclosure, and a right click.
const css = 'body{font:16px/1.7 system-ui;max-width:640px;margin:16px auto}.error-msg{color:#c00}.ok-msg{color:#070}button{padding:6px 14px;margin:0 8px 8px 0}.menu{position:absolute;border:1px solid #888;background:#fff;list-style:none;padding:6px}'
const script = `
const send = async (path) => { const r = await fetch(path, { method: 'POST', body: '{}' }); const a = await r.json(); if (!r.ok) throw new Error(a.message); return a }
const $ = (id) => document.getElementById(id)
$('f').onsubmit = async (e) => { e.preventDefault(); $('err').textContent = ''
  if (!$('amount').value) { $('err').textContent = '金額を入力してください'; return }
  if (!$('file').files.length) { $('err').textContent = '領収書を添付してください'; return }
  $('go').disabled = true; $('go').textContent = '送信中…'
  try { const a = await send('/api/expense'); $('f').outerHTML = '<div><h2>申請を受け付けました</h2><p>受付番号 ' + a.code + '</p></div>' } catch (x) { $('err').textContent = x.message; $('go').disabled = false; $('go').textContent = '申請する' } }
$('rate').onclick = async () => { $('rates').textContent = '読み込み中…'; $('rates').textContent = (await send('/api/rate')).text }
$('pick').onclick = () => $('file').click()
$('file').onchange = () => { $('name').textContent = $('file').files[0].name }
$('row').oncontextmenu = (e) => { e.preventDefault(); document.querySelector('.menu').hidden = false }
$('dup').onclick = () => { document.querySelector('.menu').hidden = true; const p = document.createElement('p'); p.textContent = '複製しました'; p.className = 'ok-msg'; $('row').after(p) }`
export default {
  held: false,
  device: { locale: 'ja-JP', viewport: { width: 1000, height: 760 } },
  routes: () => ({
    'GET /': { html: `<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>経費精算</title><style>${css}</style><!-- SNIPPET --></head><body><h1>経費精算</h1><p id="row">東京 → 大阪 13,870円</p><ul class="menu" hidden><li><button id="dup">複製</button></li><li><button>削除</button></li></ul><form id="f" novalidate><p><label>金額 <input id="amount" inputmode="numeric"></label></p><p><label>区分 <select id="kind"><option>交通費</option><option>宿泊費</option><option>入力エラーの訂正</option></select></label></p><p><button type="button" id="pick">領収書を選ぶ</button><input type="file" id="file" hidden><span id="name"></span></p><p class="error-msg" id="err"></p><button id="go">申請する</button><button type="button">下書き保存</button><button type="button" id="rate">為替レート</button><button type="button">印刷</button></form><p id="rates"></p><details><summary>却下されたときは</summary><p>理由を確認して、もう一度申請してください。</p></details><button type="button">問い合わせ</button><script>${script}</script></body></html>` },
    'POST /api/expense': ({ n }) => [{ status: 400, json: { message: '上限を超えています' } }, { status: 500, json: { message: 'サーバーでエラーが発生しました' } }, { wait: 3300, json: { code: 'E-905' } }][n - 1],
    'POST /api/rate': ({ n }) => ({ wait: 3300, json: { text: `1ドル = ${150 + n}円` } }),
  }),
  async play(v) {
    await v.click('申請する', v.button('申請する'), { flags: ['error_shown'], texts: ['金額を入力してください'] })
    await v.type('金額', v.page.getByLabel('金額'), '13870')
    await v.click('申請する', v.button('申請する'), { flags: ['error_shown'], texts: ['領収書を添付してください'] })
    const chooser = v.page.waitForEvent('filechooser')
    await v.click('領収書を選ぶ', v.button('領収書を選ぶ'), { wait: 1200, why: 'the file chooser of the browser' })
    await v.did('change', null, async () => (await chooser).setFiles({ name: 'receipt.pdf', mimeType: 'application/pdf', buffer: Buffer.from('x') }), { optional: true, why: 'chose a file in the window of the browser' })
    await v.click('下書き保存', v.button('下書き保存'), { flags: ['dead'], wait: 3300 })
    await v.click('申請する', v.button('申請する'), { flags: ['error_after', 'error_shown'], texts: ['上限を超えています'], wait: 2000 })
    await v.click('為替レート', v.button('為替レート'), { flags: ['slow'], texts: ['1ドル = 151円'], wait: 4700 })
    await v.click('東京 → 大阪 13,870円', v.page.locator('#row'), { right: true, optional: true, why: 'a right click opens a menu' })
    await v.click('複製', v.button('複製'), { texts: ['複製しました'] })
    await v.click('却下されたときは', v.page.getByText('却下されたときは'), { why: 'help about refusals' })
    await v.click('問い合わせ', v.button('問い合わせ'), { flags: ['rage'], may: ['dead'], n: 4, wait: 3300 })
    await v.click('申請する', v.button('申請する'), { flags: ['error_after', 'error_shown'], texts: ['サーバーでエラーが発生しました'], wait: 2000 })
    await v.click('印刷', v.button('印刷'), { flags: ['dead'], wait: 3300 })
    await v.screen()
    await v.click('申請する', v.button('申請する'), { flags: ['slow'], texts: ['申請を受け付けました'], wait: 5000 })
    v.claim('true', { kind: 'clicked', text: '申請する', count: 5 }, { kind: 'saw_text', text: '申請を受け付けました' }, { kind: 'rage', text: '問い合わせ' }, { kind: 'dead', text: '下書き保存' }, { kind: 'request_failed', text: '/api/expense', status: 400 })
    v.claim('false', { kind: 'rage', text: '申請する' }, { kind: 'dead', text: '為替レート' }, { kind: 'request_failed', text: '/api/rate' })
    v.claim('unknown', { kind: 'clicked', text: 'ログアウト' }, { kind: 'saw_text', text: '承認されました' })
    v.ends('success', 'the page says that the claim was received')
  },
}
