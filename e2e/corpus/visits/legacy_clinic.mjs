export default {
  title: 'Clinic portal', page: 'clinic.js', held: false,
  routes: () => ({
    'POST /api/cancel/1': { status: 409, json: { message: 'Monday is too near. Please phone us.' } },
    'POST /api/cancel/2': { json: {} },
    'POST /api/request': ({ n }) => (n === 1 ? { status: 500, json: { message: 'Our calendar is down.' } } : { json: {} }),
    'POST /api/slots': { wait: 3200, json: { text: 'Tuesday 9:40 is free' } },
  }),
  async play(v) {
    await v.click('Letters', v.page.getByText('Letters'), { soft: ['claim declined in 2023'], why: 'letters, no errors' })
    await v.click('Mark as read', v.page.locator('#mark'), { flags: ['dead'], wait: 3300 })
    await v.click('Appointments', v.page.getByText('Appointments'), {})
    await v.click('Request appointment', v.page.locator('#req'), { flags: ['error_shown'], texts: ['Tell us why you come.'] })
    await v.type('Reason', v.page.locator('#reason'), 'Sore shoulder', {})
    await v.click('Free slots', v.page.locator('#slots'), { flags: ['slow'], texts: ['Tuesday 9:40 is free'], wait: 4700 })
    await v.click('Request appointment', v.page.locator('#req'), { flags: ['error_after', 'error_shown'], texts: ['Our calendar is down.'], wait: 2400 })
    await v.click('Dismiss', v.page.getByLabel('Dismiss'), {})
    await v.click('Cancel Monday', v.page.getByText('Cancel Monday'), { flags: ['error_after', 'error_shown'], texts: ['Monday is too near.'], wait: 3400, why: 'confirm() first' })
    await v.click('Mark', v.page.getByText('Download plan'), { alt: ['Download plan'], flags: ['rage'], may: ['dead'], n: 4, gap: 170, wait: 3300, why: 'a link to nowhere' })
    await v.click('Cancel Friday', v.page.getByText('Cancel Friday'), { wait: 3600, why: 'confirm(), the row goes' })
    await v.screen()
    await v.click('Request appointment', v.page.locator('#req'), { texts: ['Your request is with the clinic.'], wait: 2600 })
    v.claim('true', { kind: 'clicked', text: 'Request appointment', count: 3 }, { kind: 'saw_text', text: 'Your request is with the clinic' }, { kind: 'saw_text', text: 'Our calendar is down' }, { kind: 'request_failed', text: '/api/cancel/1', status: 409 }, { kind: 'rage', text: 'Download plan' })
    v.claim('false', { kind: 'dead', text: 'Free slots' }, { kind: 'rage', text: 'Request appointment' }, { kind: 'dead', text: 'Cancel Friday' })
    v.claim('unknown', { kind: 'clicked', text: 'Pay bill' }, { kind: 'visited', text: '/letters' })
    v.ends(['success', 'not shown'], 'the request was taken at the second try, in words that say so quietly')
  },
}
