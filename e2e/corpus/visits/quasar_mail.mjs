export default {
  title: 'Newsletter', page: 'quasar.js', held: false,
  routes: () => ({
    'POST /api/test': ({ n }) => (n === 1 ? { status: 429, json: { message: 'Too many test mails in this hour' } } : { json: {} }),
    'POST /api/count': ({ n }) => ({ wait: 3300, json: { text: `${900 - n} readers` } }),
    'POST /api/send': ({ n }) => [{ status: 402, json: { message: 'Your plan covers 500 mails only' } }, { status: 500, wait: 3300, json: { message: 'The mail server refused half of them' } }][n - 1],
  }),
  async play(v) {
    const ok = () => v.page.locator('.q-dialog').getByText('Send now')
    await v.click('Send test', v.button('Send test'), { flags: ['error_shown'], texts: ['Without a subject nobody opens it'] })
    await v.type('Subject', v.page.getByLabel('Subject'), 'Spring is near')
    await v.click('Send test', v.button('Send test'), { flags: ['error_after', 'error_shown'], texts: ['Too many test mails in this hour'], wait: 3800 })
    await v.click('Preview mail', v.button('Preview mail'), { flags: ['dead'], wait: 3400, why: 'only the ripple' })
    await v.click('Count readers', v.button('Count readers'), { flags: ['slow', 'wait'], texts: ['899 readers'], wait: 4700 })
    await v.click('Track opens', v.page.getByText('Track opens'), { why: 'a checkbox without an input' })
    await v.click('Send test', v.button('Send test'), { texts: ['Test mail is on its way'], wait: 2400 })
    await v.click('List', v.page.locator('.q-select'), { alt: ['Customers'] })
    await v.click('Press', v.role('option', 'Press'))
    await v.click('Insert image', v.button('Insert image'), { flags: ['rage'], may: ['dead'], n: 4, wait: 3400 })
    await v.click('Numbers', v.role('tab', 'Numbers'), { soft: ['Last mail: 3 of 900 deliveries failed'], why: 'a count of an old mail' })
    await v.click('Download numbers', v.button('Download numbers'), { flags: ['dead'], wait: 3400 })
    await v.click('Write', v.role('tab', 'Write'))
    await v.click('Send to all', v.button('Send to all'), { soft: ['It cannot be called back.'], why: 'a red button opens a dialog' })
    await v.click('Send now', ok(), { flags: ['error_after', 'error_shown'], texts: ['Your plan covers 500 mails only'], wait: 2400 })
    await v.click('Count readers', v.button('Count readers'), { flags: ['slow', 'wait'], texts: ['898 readers'], wait: 4700 })
    await v.screen()
    await v.click('Send to all', v.button('Send to all'))
    await v.click('Send now', ok(), { flags: ['slow', 'error_after', 'error_shown'], texts: ['The mail server refused half of them'], wait: 5200 })
    v.claim('true', { kind: 'clicked', text: 'Send to all', count: 2 }, { kind: 'saw_text', text: 'Test mail is on its way' }, { kind: 'saw_text', text: 'The mail server refused half' }, { kind: 'rage', text: 'Insert image' }, { kind: 'dead', text: 'Preview mail' }, { kind: 'request_failed', text: '/api/send', count: 2 })
    v.claim('false', { kind: 'rage', text: 'Send test' }, { kind: 'dead', text: 'Count readers' }, { kind: 'request_failed', text: '/api/count' })
    v.claim('unknown', { kind: 'clicked', text: 'Unsubscribe' }, { kind: 'saw_text', text: 'Delivered to all' })
    v.ends(['failed', 'not shown'], 'a test mail was sent; sending to all was refused twice and given up')
  },
}
