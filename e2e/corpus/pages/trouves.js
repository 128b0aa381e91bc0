import 'choices.js/public/assets/styles/choices.min.css'
import 'toastify-js/src/toastify.css'
import Choices from 'choices.js'
import Toastify from 'toastify-js'
import { post } from './post.js'

const $ = (id) => document.getElementById(id)
const toast = (text) => Toastify({ text, duration: 3000, gravity: 'bottom', position: 'right', style: { background: '#333' } }).showToast()
new Choices('#line', { searchEnabled: false, itemSelectText: '', shouldSort: false, allowHTML: false })
const news = ['Ligne 4 : panne terminée', 'Ligne 9 : trafic normal', 'Ligne 12 : incident clos']
let turn = 0
setInterval(() => { $('news').textContent = news[++turn % 3] }, 2000)
const steps = [...document.querySelectorAll('.etape')]
const step = (index) => { steps.forEach((one, k) => { one.hidden = k !== index }); $('fil').textContent = `Étape ${index + 1} sur 3` }
const wrong = (id, text) => { const field = $(id).closest('.champ'); field.classList.toggle('champ--faux', Boolean(text)); field.querySelector('.champ__aide').textContent = text }
$('un').onclick = () => { wrong('station', $('station').value ? '' : 'Il nous faut la station ou l’arrêt.'); if ($('station').value) step(1) }
$('retour').onclick = () => step(0)
$('photo').onchange = () => { const file = $('photo').files[0]; if (file.size > 5000) { toast('Cette photo est trop lourde : 5 ko au plus'); $('photo').value = '' } else $('vue').textContent = 'Photo jointe' }
$('deux').onclick = async () => { wrong('quoi', $('quoi').value.length > 9 ? '' : 'Quelques mots de plus, s’il vous plaît.'); if ($('quoi').value.length > 9) { await post('/api/sms'); step(2) } }
$('nouveau').onclick = async () => { await post('/api/sms'); toast('Un nouveau code est parti') }
$('trois').onclick = async () => {
  wrong('code', '')
  try { await post('/api/code') } catch (error) { wrong('code', error.message); return }
  $('demarche').hidden = true; $('suivi').hidden = false
  for (;;) { const answer = await post('/api/suivi', {}, 'GET'); $('etat').textContent = answer.etat; $('etat').className = `etat etat--${answer.ton}`; if (answer.fini) break; await new Promise((next) => setTimeout(next, 2000)) }
  $('rdv').hidden = false
}
$('rdv').onclick = () => { $('rdv').textContent = 'Rendez-vous noté'; $('rdv').disabled = true }
document.querySelectorAll('.etoile').forEach((star, k) => { star.onclick = () => document.querySelectorAll('.etoile').forEach((one, at) => { one.textContent = at <= k ? '★' : '☆' }) })
