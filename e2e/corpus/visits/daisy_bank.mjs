export default {
  title: 'Sign in', page: 'bank.jsx', held: false,
  routes: () => ({
    'POST /api/code': ({ n }) => (n === 1 ? { status: 401, json: { message: 'That code is not right. You have two tries left.' } } : { json: {} }),
    'POST /api/resend': { json: {} },
    'POST /api/statement': { wait: 3200, json: { rows: ['Rent -800', 'Direct debit failed: gym 29', 'Salary 2100'] } },
    'POST /api/transfer': ({ n }) => (n === 1 ? { status: 402, wait: 500, json: { message: 'Insufficient funds' } } : { wait: 3200, json: {} }),
    'POST /api/lock': { status: 500, json: { message: 'Our card system is not reachable.' } },
  }),
  async play(v) {
    const code = async (digits, told) => {
      await v.click('Digit 1', v.page.getByLabel('Digit 1'), { wait: 250 })
      await v.did('typing', null, () => v.page.keyboard.type(digits, { delay: 130 }), { chars: 1, alt: [], ...told })
    }
    await v.click('Call me instead', v.button('Call me instead'), { flags: ['dead'], wait: 3300 })
    await code('403912', { flags: ['error_after', 'error_shown'], texts: ['That code is not right.'], wait: 2400, optional: true })
    await v.click('Send it again', v.button('Send it again'), { texts: ['A new code is on its way'], wait: 2400 })
    await code('551207', { nav: '/accounts', wait: 2600, optional: true, why: 'goes on without a click' })
    await v.click('Show statement', v.button('Show statement'), { flags: ['slow', 'wait'], soft: ['Direct debit failed: gym 29'], wait: 4700, why: 'a skeleton; a line of the statement is no error' })
    await v.click('Send money', v.button('Send money'), { flags: ['error_shown'], texts: ['Enter an amount'] })
    await v.type('To', v.page.getByLabel('To', { exact: true }), 'NL08ABNA0417')
    await v.type('Amount', v.page.getByLabel('Amount'), '9000')
    await v.click('Send money', v.button('Send money'), { flags: ['error_after', 'error_shown'], texts: ['Insufficient funds'], wait: 4400 })
    await v.click('Download PDF', v.button('Download PDF'), { flags: ['rage'], may: ['dead'], n: 4, gap: 170, wait: 3300 })
    await v.screen()
    await v.click('Lock card', v.button('Lock card'), { soft: ['Payments will be declined until you unlock it.'] })
    await v.click('Lock it now', v.button('Lock it now'), { flags: ['error_after', 'error_shown'], texts: ['The card is not locked'], soft: ['Our card system is not reachable.'], wait: 4400 })
    await v.click('Amount', v.page.getByLabel('Amount'), { n: 3, gap: 50, double: true, wait: 300 })
    await v.type('Amount', null, '40')
    await v.click('Send money', v.button('Send money'), { flags: ['slow', 'wait'], texts: ['Money sent'], wait: 5600, why: '"Sending…" at once' })
    v.claim('true', { kind: 'clicked', text: 'Send money', count: 3 }, { kind: 'saw_text', text: 'Money sent' }, { kind: 'saw_text', text: 'Insufficient funds' }, { kind: 'dead', text: 'Call me instead' }, { kind: 'rage', text: 'Download PDF' }, { kind: 'visited', text: '/accounts' })
    v.claim('false', { kind: 'dead', text: 'Lock card' }, { kind: 'rage', text: 'Send money' }, { kind: 'request_failed', text: '/api/resend' })
    v.claim('unknown', { kind: 'saw_text', text: 'Card locked' }, { kind: 'clicked', text: 'Sign out' })
    v.ends(['success'], 'money was sent in the end, a toast said so')
  },
}
