// An import which succeeds in part: rows that were refused are put right one by one, until a pill says that all are in.
export default {
  title: 'Apiary log', page: 'hives.js', held: false,
  routes: () => ({
    'POST /api/import': { wait: 400, json: { added: 3, refused: [{ row: 2, value: '3I.2', why: 'Not a weight' }, { row: 5, value: 'Hive 19', why: 'We know no hive of that name' }] } },
    'POST /api/again': ({ n }) => ({ wait: 200, json: n === 1 ? { added: 1, refused: [{ row: 5, value: 'Hive 19', why: 'We know no hive of that name' }] } : { added: 1, refused: [] } }),
  }),
  async play(v) {
    const cell = (text) => v.page.locator('.tabulator-cell').getByText(text)
    const field = (name) => v.page.getByLabel(name)
    const header = (text) => v.page.locator('.tabulator-col-title').getByText(text, { exact: true })
    await v.click('Remark', header('Remark'), { soft: ['scale error fixed'], wait: 1800, why: 'sorts: rows with words of errors move' })
    await v.click('Remark', header('Remark'), { wait: 1800, why: 'sorts the other way' })
    await v.click('Next', v.page.locator('.tabulator-page[data-page=next]'), { alt: ['Next Page'], wait: 1600 })
    await v.click('First', v.page.locator('.tabulator-page[data-page=first]'), { alt: ['First Page'], wait: 1600 })
    await v.click('Columns', v.button('Columns'), { wait: 1500, why: 'a native dialog' })
    await v.click('Remarks', field('Remarks'), { as: 'change', wait: 900 })
    await v.click('Done', v.button('Done'), { wait: 1800, why: 'the column is hidden' })
    await v.click('Import readings', v.button('Import readings'), { flags: ['error_shown'], texts: ['Choose a file first'], wait: 3600 })
    await v.did('change', 'CSV file', () => v.page.locator('#file').setInputFiles({ name: 'may.csv', mimeType: 'text/csv', buffer: Buffer.from('hive,weight\n') }), { optional: true, wait: 1200 })
    await v.click('Import readings', v.button('Import readings'), { flags: ['error_shown'], texts: ['3 readings added', '2 of 5 rows could not be imported'], soft: ['Not a weight', 'We know no hive of that name', '131 readings'], wait: 4000, why: 'in part' })
    await v.click('Show chart', v.button('Show chart'), { flags: ['dead', 'error_after'], wait: 3400, why: 'its handler throws' })
    await v.retype('Value in row 2', field('Value in row 2'), '31.2', { public: true, flags: ['retyped'] })
    await v.click('Import what is left', v.button('Import what is left'), { flags: ['error_shown'], texts: ['1 of 2 rows could not be imported'], soft: ['132 readings'], wait: 2800, why: 'one more is in, one is still refused' })
    await v.screen()
    await v.click('Weigh all hives now', v.button('Weigh all hives now'), { flags: ['dead'], wait: 3400, why: 'only the clock of the scales goes on' })
    await v.retype('Value in row 5', field('Value in row 5'), 'Hive 2', { public: true, flags: ['retyped'] })
    await v.click('Import what is left', v.button('Import what is left'), { texts: ['All 5 rows are in'], soft: ['133 readings'], wait: 2800 })
    await v.type('Which hive', v.page.getByPlaceholder('Which hive'), 'Hive 3', { public: true, optionalClick: true, alt: ['Hive'], wait: 1500, why: 'a filter' })
    await v.click('⋯ More', cell('More'), { alt: ['More'], flags: ['dead'], wait: 3400, why: 'looks like a menu' })
    await v.click('⋯ More', cell('More'), { alt: ['More'], flags: ['rage'], may: ['dead'], n: 4, gap: 180, wait: 3400 })
    await v.click('Copy share link', v.button('Copy share link'), { soft: ['Copied'], wait: 3400, why: 'a hint for one second' })
    await v.click('Download as CSV', v.button('Download as CSV'), { wait: 3400, why: 'downloads a file' })
    v.claim('true', { kind: 'clicked', text: 'Import readings', count: 2 }, { kind: 'saw_text', text: '2 of 5 rows could not be imported' }, { kind: 'saw_text', text: 'All 5 rows are in' }, { kind: 'dead', text: 'Show chart' })
    v.claim('false', { kind: 'dead', text: 'Copy share link' }, { kind: 'rage', text: 'Import what is left' }, { kind: 'request_failed', text: '/api/import' })
    v.claim('unknown', { kind: 'saw_text', text: 'Hive removed' })
    v.ends('success', 'the rows that were refused went in at last: All 5 rows are in, and the count went up to 133')
  },
}
