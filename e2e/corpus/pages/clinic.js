// Legacy: Foundation's classes, links that are buttons, alert boxes, confirm(), jQuery.
import 'foundation-sites/dist/css/foundation-prototype.min.css'
import $ from 'jquery'

document.getElementById('root').innerHTML = `<div style="max-width:760px;margin:12px auto"><h3>Clinic portal</h3><div id="box"></div>
<ul class="tabs"><li class="tabs-title is-active"><a href="#a" data-tab>Appointments</a></li><li class="tabs-title"><a href="#b" data-tab>Letters</a></li></ul>
<div class="tabs-panel is-active" id="a"><table><tbody><tr id="r1"><td>Dr Venn</td><td>Monday</td><td><a href="#" class="button tiny alert" data-cancel="1">Cancel Monday</a></td></tr><tr id="r2"><td>Dr Olu</td><td>Friday</td><td><a href="#" class="button tiny alert" data-cancel="2">Cancel Friday</a></td></tr></tbody></table>
<form id="f"><label>Reason<input type="text" id="reason"><span class="form-error">Tell us why you come.</span></label><label>Doctor<select id="doc"><option value="">Choose</option><option>Dr Venn</option><option>Dr Olu</option></select></label><a href="javascript:void(0)" class="button" id="req">Request appointment</a> <a href="javascript:void(0)" class="hollow button" id="slots">Free slots</a> <a href="#" class="hollow button" onclick="return false">Download plan</a></form><div id="out"></div></div>
<div class="tabs-panel" id="b" style="display:none"><p>Test results: negative, no errors found.</p><p>Insurance: claim declined in 2023.</p><a href="javascript:void(0)" class="button" id="mark">Mark as read</a></div></div>`
const box = (kind, text) => $('#box').html(`<div class="callout ${kind}" data-closable>${text}<button class="close-button" aria-label="Dismiss" type="button">&times;</button></div>`)
$('#box').on('click', '.close-button', () => $('#box').empty())
$('[data-tab]').on('click', function (event) { event.preventDefault(); $('.tabs-panel').hide(); $(this.hash).show(); $('.tabs-title').removeClass('is-active'); $(this).parent().addClass('is-active') })
$('[data-cancel]').on('click', function (event) { event.preventDefault(); const id = $(this).data('cancel'); if (!confirm('Cancel this appointment?')) return; $.post('/api/cancel/' + id).done(() => $('#r' + id).fadeOut(300, function () { $(this).remove() })).fail((xhr) => box('alert', xhr.responseJSON.message)) })
$('#req').on('click', () => { const empty = !$('#reason').val(); $('.form-error').toggleClass('is-visible', empty); $('#reason').toggleClass('is-invalid-input', empty); if (empty) return; $('#out').html('<img alt="" width="1" height="1">'); $.post('/api/request').done(() => box('success', 'Your request is with the clinic.')).fail((xhr) => box('alert', xhr.responseJSON.message)) })
$('#slots').on('click', () => { $('#out').html('<p>Looking&hellip;</p>'); $.post('/api/slots').done((d) => $('#out').html(`<p>${d.text}</p>`)) })
