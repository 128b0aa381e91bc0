export default {
  title: 'Grants', page: 'grants.jsx', css: false, held: false,
  routes: () => ({
    'POST /api/grants': ({ n }) => (n === 1 ? { status: 503, json: { message: 'The round is being counted. Send it again in a moment.' } } : { wait: 2900, json: {} }),
    'POST /api/withdraw': ({ n }) => (n === 1 ? { status: 403, json: { message: 'That one is before the jury already' } } : { json: {} }),
    'POST /api/stats': { wait: 3300, json: { text: '3 sent, 1 granted, 1 rejected' } },
  }),
  async play(v) {
    await v.click('Ask the office', v.button('Ask the office'), { flags: ['dead'], wait: 3300, why: 'a countdown ticks' })
    await v.click('Failed crops study', v.page.getByText('Failed crops study', { exact: true }), { soft: ['Rejected in 2024: the budget was missing.'], why: 'opens a part; no error of today' })
    await v.click('Show figures', v.button('Show figures'), { flags: ['slow'], texts: ['3 sent, 1 granted, 1 rejected'], wait: 6800 })
    await v.click('Withdraw Bee hotel', v.button('Withdraw Bee hotel'), { flags: ['error_after', 'error_shown'], texts: ['That one is before the jury already'], wait: 3800 })
    await v.click('Withdraw Repair café', v.button('Withdraw Repair café'), { texts: ['Repair café withdrawn'], wait: 3800 })
    await v.click('New application', v.button('New application'), { nav: '/new', wait: 1800 })
    await v.click('Save draft', v.button('Save draft'), { flags: ['rage'], may: ['dead'], n: 4, gap: 170, wait: 3300 })
    await v.click('Send application', v.button('Send application'), { flags: ['error_shown'], texts: ['Give it a longer title', 'A number, please'] })
    await v.type('Title', v.page.getByLabel('Title'), 'Swift boxes at the school')
    await v.type('Sum', v.page.getByLabel('Sum'), '4200')
    await v.screen()
    await v.click('Send application', v.button('Send application'), { flags: ['error_after', 'error_shown'], texts: ['The round is being counted.'], wait: 3800 })
    await v.click('Send application', v.button('Send application'), { flags: ['slow'], texts: ['We have got your application'], soft: ['You will hear from us.'], nav: '/received', wait: 4800 })
    await v.click('Print a copy', v.button('Print a copy'), { flags: ['dead'], wait: 3300 })
    v.claim('true', { kind: 'clicked', text: 'Send application', count: 3 }, { kind: 'saw_text', text: 'We have got your application' }, { kind: 'dead', text: 'Ask the office' }, { kind: 'rage', text: 'Save draft' }, { kind: 'request_failed', text: '/api/withdraw', status: 403 })
    v.claim('false', { kind: 'dead', text: 'Show figures' }, { kind: 'rage', text: 'Send application' }, { kind: 'request_failed', text: '/api/stats' })
    v.claim('unknown', { kind: 'clicked', text: 'Delete' }, { kind: 'saw_text', text: 'Draft saved' })
    v.ends('success', 'sent at the second try, a page says that they have got it')
  },
}
