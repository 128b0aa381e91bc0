// In French: something lost in the underground. A wizard with a code by text message, and an answer that comes by polling.
const css = 'body{font:16px/1.5 "Trebuchet MS",sans-serif;max-width:720px;margin:16px auto}.bandeau{display:flex;gap:16px;background:#003f7d;color:#fff;padding:8px}.bandeau a{color:#fff}.champ{margin:12px 0}.champ__nom{display:block;font-weight:bold}.champ__aide{color:#b3261e;font-size:14px;min-height:20px}.champ--faux input,.champ--faux textarea{border:2px solid #b3261e}.bouton{padding:8px 18px;border:0;background:#003f7d;color:#fff}.bouton--clair{background:#e3edf7;color:#003f7d}.etat{padding:3px 12px;border-radius:12px;background:#eee}.etat--gris{background:#ddd}.etat--bleu{background:#cfe3ff}.etat--vert{background:#c4efce}.etoile{background:none;border:0;font-size:22px}.aide{border-radius:50%}[hidden]{display:none}'
const body = `<style>${css}</style><div class="bandeau"><b>Objets trouvés</b> <span id="news">Ligne 4 : panne terminée</span> <a href="#" onclick="return false">Plan du réseau</a></div><h1>Vous avez perdu quelque chose ?</h1><p id="fil">Étape 1 sur 3</p>
<div id="demarche"><section class="etape"><div class="champ"><label class="champ__nom" for="line">Ligne</label><select id="line"><option>Ligne 4</option><option>Ligne 9</option><option>Ligne 12</option></select><span class="champ__aide"></span></div><div class="champ"><label class="champ__nom" for="station">Station</label><input id="station"><div class="champ__aide"></div></div><details><summary>Erreurs fréquentes</summary><p>On se trompe souvent de direction ; ce n’est pas grave.</p></details><p><button class="bouton" type="button" id="un">Suivant</button> <button class="bouton bouton--clair aide" type="button" aria-label="Aide">?</button></p></section>
<section class="etape" hidden><div class="champ"><label class="champ__nom" for="quoi">Description</label><textarea id="quoi"></textarea><div class="champ__aide"></div></div><div class="champ"><label class="champ__nom" for="photo">Photo</label><input type="file" id="photo"> <span id="vue"></span></div><p><button class="bouton bouton--clair" type="button" id="retour">Précédent</button> <button class="bouton" type="button" id="deux">Continuer</button> <button class="bouton bouton--clair" type="button">Voir des objets semblables</button></p></section>
<section class="etape" hidden><p>Un code à six chiffres vous a été envoyé par SMS.</p><div class="champ"><label class="champ__nom" for="code">Code reçu</label><input id="code" inputmode="numeric"><div class="champ__aide"></div></div><p><button class="bouton" type="button" id="trois">Valider</button> <button class="bouton bouton--clair" type="button" id="nouveau">Renvoyer le code</button></p></section></div>
<section id="suivi" hidden><h2>Dossier M-2207</h2><p>État <span id="etat" class="etat">Transmis</span></p><p><button class="bouton" type="button" id="rdv" hidden>Prendre rendez-vous</button></p><p>Votre avis ${[1, 2, 3, 4, 5].map((k) => `<button type="button" class="etoile" aria-label="${k} sur 5">☆</button>`).join('')}</p></section>
<footer><label>Lettre du réseau <input id="lettre" type="email"></label> <button type="button" class="bouton bouton--clair">M’abonner</button></footer>`
export default {
  title: 'Objets trouvés', lang: 'fr', page: 'trouves.js', body, held: false,
  device: { locale: 'fr-FR', viewport: { width: 900, height: 780 } },
  routes: () => ({
    'POST /api/sms': { wait: 120, json: {} },
    'POST /api/code': ({ n }) => [{ status: 422, json: { message: 'Ce code ne correspond pas au nôtre.' } }, { status: 422, json: { message: 'Ce code a fait son temps. Demandez-en un autre.' } }, { wait: 200, json: {} }][n - 1],
    'GET /api/suivi': ({ n }) => ({ json: [{ etat: 'Transmis', ton: 'gris' }, { etat: 'Recherche en cours', ton: 'bleu' }, { etat: 'Recherche en cours', ton: 'bleu' }, { etat: 'Retrouvé à Montparnasse', ton: 'vert', fini: true }][n - 1] }),
  }),
  async play(v) {
    const text = (words) => v.page.getByText(words, { exact: true })
    const field = (id) => v.page.locator(`#${id}`)
    const choice = (words) => v.page.locator('.choices__list--dropdown .choices__item').getByText(words)
    await v.click('Plan du réseau', text('Plan du réseau'), { flags: ['dead'], wait: 3400, why: 'a link to nowhere; the news beside it change' })
    await v.click('Ligne', v.page.locator('.choices'), { alt: ['Ligne 4'], wait: 1000, why: 'opens a list' })
    await v.click('Ligne 12', choice('Ligne 12'), { wait: 1500 })
    await v.click('Erreurs fréquentes', text('Erreurs fréquentes'), { soft: ['On se trompe souvent de direction'], wait: 1800, why: 'a help text' })
    await v.click('Suivant', v.button('Suivant'), { flags: ['error_shown'], texts: ['Il nous faut la station ou l’arrêt.'], wait: 2600 })
    await v.click('Aide', v.button('Aide'), { flags: ['dead'], wait: 3400 })
    await v.type('Station', field('station'), 'Vaugirard', { public: true })
    await v.click('Suivant', v.button('Suivant'), { soft: ['Étape 2 sur 3'], wait: 1900 })
    await v.type('Description', field('quoi'), 'Un sac', { public: true })
    await v.click('Continuer', v.button('Continuer'), { flags: ['error_shown'], texts: ['Quelques mots de plus, s’il vous plaît.'], wait: 2600 })
    await v.retype('Description', field('quoi'), 'Un sac vert avec des partitions', { flags: ['retyped'] })
    await v.click('Voir des objets semblables', v.button('Voir des objets semblables'), { flags: ['rage'], may: ['dead'], n: 4, gap: 180, wait: 3400 })
    await v.did('change', 'Photo', () => field('photo').setInputFiles({ name: 'sac.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(9000) }), { optional: true, flags: ['error_shown'], texts: ['Cette photo est trop lourde'], wait: 3600 })
    await v.did('change', 'Photo', () => field('photo').setInputFiles({ name: 'petit.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(900) }), { optional: true, soft: ['Photo jointe'], wait: 1800 })
    await v.click('Précédent', v.button('Précédent'), { soft: ['Étape 1 sur 3'], wait: 1600 })
    await v.click('Suivant', v.button('Suivant'), { soft: ['Étape 2 sur 3'], wait: 1600 })
    await v.click('Continuer', v.button('Continuer'), { soft: ['Étape 3 sur 3'], wait: 2200 })
    await v.type('Code reçu', field('code'), '482910')
    await v.click('Valider', v.button('Valider'), { flags: ['error_after', 'error_shown'], texts: ['Ce code ne correspond pas au nôtre.'], wait: 2600 })
    await v.retype('Code reçu', field('code'), '482901', { flags: ['retyped'] })
    await v.click('Valider', v.button('Valider'), { flags: ['error_after', 'error_shown'], texts: ['Ce code a fait son temps.'], wait: 2600 })
    await v.screen()
    await v.click('Renvoyer le code', v.button('Renvoyer le code'), { soft: ['Un nouveau code est parti'], wait: 3600 })
    await v.retype('Code reçu', field('code'), '117364', { flags: ['retyped'] })
    await v.click('Valider', v.button('Valider'), { texts: ['Dossier M-2207'], soft: ['Transmis'], wait: 9000, why: 'a pill tells how it goes on; it changes by itself' })
    v.sees('Retrouvé à Montparnasse')
    await v.click('4 sur 5', v.button('4 sur 5'), { wait: 1800, why: 'four stars are filled' })
    await v.click('Prendre rendez-vous', v.button('Prendre rendez-vous'), { texts: ['Rendez-vous noté'], wait: 2400 })
    await v.type('Lettre du réseau', field('lettre'), 'odile@partitions.test', { flags: ['abandoned_form'], wait: 2600, why: 'never sent' })
    v.claim('true', { kind: 'clicked', text: 'Valider', count: 3 }, { kind: 'saw_text', text: 'Retrouvé à Montparnasse' }, { kind: 'request_failed', text: '/api/code', status: 422, count: 2 }, { kind: 'dead', text: 'Aide' })
    v.claim('false', { kind: 'dead', text: '4 sur 5' }, { kind: 'clicked', text: 'M’abonner', count: 1 }, { kind: 'rage', text: 'Valider' })
    v.claim('unknown', { kind: 'saw_text', text: 'Dossier refusé' })
    v.ends('success', 'the bag was found, and an appointment noted')
  },
}
