export default {
  title: 'Release board', page: 'kanban.js', css: false, held: false,
  routes: () => ({
    'POST /api/move': ({ n }) => (n === 1 ? { json: {} } : { status: 403, json: { message: 'Only the owner may move that card' } }),
    'POST /api/upload': { wait: 500, json: {} },
    'POST /api/ship': ({ n }) => (n === 1 ? { status: 500, wait: 3300, json: { message: 'The build broke: 2 tests failed' } } : { wait: 300, json: { text: 'Release 2.4 is live' } }),
  }),
  async play(v) {
    const drag = async (from, to) => { const a = await from.boundingBox(), b = await to.boundingBox(); await v.page.mouse.move(a.x + 20, a.y + 12, { steps: 5 }); await v.page.mouse.down(); await v.page.mouse.move(b.x + 60, b.y + 120, { steps: 14 }); await v.page.waitForTimeout(250); await v.page.mouse.up() }
    const card = (text) => v.page.locator('.card').getByText(text)
    await v.did('click', null, () => drag(card('Write the docs'), v.page.locator('#done')), { optional: true, why: 'a drag', texts: ['Write the docs moved'], wait: 2600 })
    await v.did('click', null, () => drag(card('Fix crash at login'), v.page.locator('#done')), { optional: true, flags: ['error_after', 'error_shown'], may: ['error_after'], why: 'a drag that is refused', texts: ['Only the owner may move that card'], wait: 2600 })
    await v.click('Freeze board', v.button('Freeze board'), { flags: ['dead'], wait: 3300, why: 'a bot may write meanwhile' })
    await v.type('Message', v.page.getByLabel('Message'), 'I ship it this afternoon')
    await v.click('Send', v.button('Send'), { wait: 3000, soft: ['Sounds good, the error is gone'], why: 'a chat line of somebody else' })
    await v.did('change', 'Attach a file', () => v.page.locator('#file').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('x') }), { optional: true, texts: ['File attached'], wait: 2400 })
    await v.click('Ship release', v.button('Ship release'), { flags: ['slow', 'error_after', 'error_shown'], texts: ['The build broke: 2 tests failed'], wait: 5000 })
    await v.type('Message', v.page.getByLabel('Message'), 'The build is broken here')
    await v.click('Send', v.button('Send'), { flags: ['error_shown'], texts: ['Not delivered'], wait: 2800 })
    await v.click('Ask for review', v.button('Ask for review'), { soft: ['Review requested'], wait: 3400, why: 'answered over a socket' })
    await v.screen()
    await v.click('Freeze board', v.button('Freeze board'), { flags: ['rage'], may: ['dead'], n: 4, gap: 180, wait: 3300 })
    await v.click('Ship release', v.button('Ship release'), { texts: ['Release 2.4 is live'], wait: 3200 })
    v.claim('true', { kind: 'clicked', text: 'Ship release', count: 2 }, { kind: 'saw_text', text: 'Release 2.4 is live' }, { kind: 'saw_text', text: 'Only the owner may move that card' }, { kind: 'request_failed', text: '/api/move', status: 403 }, { kind: 'rage', text: 'Freeze board' })
    v.claim('false', { kind: 'dead', text: 'Ship release' }, { kind: 'rage', text: 'Send' }, { kind: 'request_failed', text: '/api/upload' })
    v.claim('unknown', { kind: 'clicked', text: 'Archive' }, { kind: 'saw_text', text: 'Release 2.5' })
    v.ends('success', 'Release 2.4 is live, at the second try')
  },
}
