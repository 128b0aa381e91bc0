import './jqueryui.css'
import jQuery from 'jquery'

window.jQuery = window.$ = jQuery
await import('jquery-ui-dist/jquery-ui.js')
const $ = jQuery

$('#root').html(`<h1>Lend a bike</h1>
<div id="tabs"><ul><li><a href="#rent">Rent</a></li><li><a href="#mine">My bikes</a></li></ul>
<div id="rent"><p><label>Name <input id="who"></label></p><p><label>From <input id="from" autocomplete="off"></label></p><p><label>Station <input id="station"></label></p><p><label>Days <input id="days" value="1"></label></p>
<p id="tip" class="validateTips"></p><button id="rentit">Rent it</button> <button id="free">Free bikes</button> <button id="route">Plan a route</button> <button id="insure">Insure it</button><div id="list"></div></div>
<div id="mine"><table><tr><td>Red city bike</td><td><button class="give">Give back</button> <button class="report">Report damage</button> <button>Damage history</button> <button>Keep it longer</button></td></tr></table><div id="note"></div></div></div>
<div id="faq"><h3>What if a bike is broken?</h3><div>Call us. Failed brakes are an emergency.</div><h3>Where are you?</h3><div>Next to the mill.</div></div><div id="sure" title="Give the bike back?"><p>The rest of the day is not paid back.</p></div>`)
$('#tabs').tabs(); $('#faq').accordion({ collapsible: true, active: false, heightStyle: 'content' }); $('button').button()
$('#from').datepicker({ dateFormat: 'yy-mm-dd', defaultDate: new Date(2027, 2, 1) }); $('#days').spinner({ min: 1 })
$('#station').autocomplete({ source: ['Harbour', 'Hauptbahnhof', 'Mill lane', 'Market'], minLength: 1 })
const tip = (text) => $('#tip').text(text).addClass('ui-state-highlight')
$('#rentit').on('click', () => {
  if (!$('#who').val()) { $('#who').addClass('ui-state-error'); return tip('Length of name must be between 3 and 16.') }
  $('#who').removeClass('ui-state-error'); $('#tip').text('')
  $.ajax('/api/rent', { method: 'POST', dataType: 'json' }).done(({ text }) => tip(text)).fail(({ responseJSON }) => $('#list').html(`<div class="ui-state-error ui-corner-all"><p><span class="ui-icon ui-icon-alert"></span> ${responseJSON.message}</p></div>`))
})
$('#free').on('click', () => { $.post('/api/free', ({ text }) => $('#list').hide().html(`<p>${text}</p>`).fadeIn()) })
$('#sure').dialog({ autoOpen: false, modal: true, buttons: { 'Give back now': function () { $(this).dialog('close'); $.ajax('/api/back', { method: 'POST' }).done(() => $('#note').text('Bike returned. Thanks for riding.')).fail((answer) => alert(answer.responseJSON.message)) }, Cancel: function () { $(this).dialog('close') } } })
$('.give').on('click', () => $('#sure').dialog('open'))
