export default {
  title: 'Jobs at Larch', page: 'semantic.jsx', held: false,
  routes: () => ({
    'POST /api/apply': ({ n }) => (n === 1 ? { status: 422, json: { message: 'You have applied for this job already.' } } : { status: 422, json: { message: 'You have applied for this job already.' } }),
    'POST /api/withdraw': { status: 500, json: { message: 'Our archive is closed on Sundays.' } },
    'POST /api/salary': { wait: 3300, json: { text: '52k to 61k' } },
  }),
  async play(v) {
    await v.click('Help', v.page.getByText('Help', { exact: true }), { soft: ['What if my upload fails?'] })
    await v.click('What if my upload fails?', v.page.getByText('What if my upload fails?'), { soft: ['Try again later, an error may be temporary.'], why: 'help, no error' })
    await v.click('My applications', v.page.getByText('My applications'), { soft: ['One application of last year: rejected.'], why: 'a state, not an answer' })
    await v.click('Withdraw application', v.button('Withdraw application'), { soft: ['Withdraw it? You cannot undo this.'] })
    await v.click('Withdraw', v.button('Withdraw'), { flags: ['error_after', 'error_shown'], texts: ['Our archive is closed on Sundays.'], wait: 2400 })
    await v.click('Openings', v.page.getByText('Openings', { exact: true }), {})
    await v.click('Salary', v.button('Salary'), { flags: ['slow', 'wait'], texts: ['52k to 61k'], wait: 4800 })
    await v.click('Share job', v.button('Share job'), { flags: ['dead'], wait: 3300, why: 'only the counter of people online goes on' })
    await v.click('Bookmark', v.page.getByLabel('Bookmark'), { n: 1 })
    await v.click(null, v.page.locator('.rating .icon').nth(3), { why: 'four stars' })
    await v.click('Apply now', v.button('Apply now'), { flags: ['error_shown'], texts: ['Enter your name', 'We need a way to reach you'] })
    await v.type('Your name', v.page.locator('#name'), 'Ottilie Graf')
    await v.type('E-mail', v.page.locator('#mail'), 'ottilie@graf.test')
    await v.click('Start', v.page.locator('.selection.dropdown'), {})
    await v.click('In autumn', v.page.locator('.item').getByText('In autumn'), {})
    await v.screen()
    await v.click('Attach CV', v.button('Attach CV'), { flags: ['rage'], may: ['dead'], n: 4, gap: 180, wait: 3300 })
    await v.click('Apply now', v.button('Apply now'), { flags: ['error_after', 'error_shown'], texts: ['You have applied for this job already.'], wait: 3000 })
    await v.click('Apply now', v.button('Apply now'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['You have applied for this job already.'], wait: 3600, why: 'the same message goes and comes back' })
    v.claim('true', { kind: 'clicked', text: 'Apply now', count: 3 }, { kind: 'saw_text', text: 'You have applied for this job already' }, { kind: 'dead', text: 'Share job' }, { kind: 'rage', text: 'Attach CV' }, { kind: 'request_failed', text: '/api/apply', status: 422 }, { kind: 'request_failed', text: '/api/withdraw', status: 500 })
    v.claim('false', { kind: 'dead', text: 'Salary' }, { kind: 'rage', text: 'Share job' }, { kind: 'request_failed', text: '/api/salary' }, { kind: 'clicked', text: 'Apply now', count: 1 })
    v.claim('unknown', { kind: 'clicked', text: 'Recommend' }, { kind: 'saw_text', text: 'on its way' })
    v.ends('failed', 'applied twice, refused twice, left')
  },
}
