"""What a person reads and presses, in French and in English: the only place where these tests quote the screens.

A row is something a person looks for: the French words, the English words. `{…}` is filled in. It knows no page.
"""

from typing import Literal

Language = Literal["fr", "en"]

_WORDS: dict[str, tuple[str, str]] = {
    # the front page
    "question": ("Quelle question posez-vous ?", "What do you want to ask?"),
    "create": ("Créer le tableau", "Create the board"),
    "code": ("Code du tableau", "Code of the board"),
    "join": ("Rejoindre", "Join"),
    "unknown code": ("Aucun tableau ne porte ce code.", "No board answers to this code."),
    "no board here": ("Aucun tableau ne porte ce code.", "We know no board with that code."),
    # the phone: coming in
    "name": ("Votre nom (si vous voulez)", "Your name (if you like)"),
    "enter": ("Entrer", "Come in"),
    # the phone: writing
    "your idea": ("Votre idée", "Your idea"),
    "send": ("Envoyer", "Send"),
    "received": ("Reçu !", "Received!"),
    "write meanwhile": ("Écrire une idée", "Write an idea"),
    "unreachable": ("Le tableau est injoignable pour l’instant.", "We cannot reach the board right now."),
    "sending": ("Envoi…", "Sending…"),
    "kept": ("Gardé ici, envoyé dès que la connexion revient.", "Kept here, sent as soon as we are connected."),
    "late": (
        "L’enregistrement tarde. Ce que vous avez écrit est gardé ici et partira tout seul.",
        "Saving takes longer than usual. What you wrote is kept here and will be sent.",
    ),
    "late asked": (
        "L’enregistrement tarde. Ce que vous avez demandé est gardé ici et attend sa réponse.",
        "Saving takes longer than usual. What you asked for is kept here and waits for its answer.",
    ),
    "nothing to read": ("Il n’y a encore rien à lire.", "There is nothing to read yet."),
    "too many characters": ("{n} caractère(s)? de trop", "{n} characters? too many"),
    "forbidden characters": ("Ce texte contient des caractères invisibles.", "There are invisible characters"),
    "fix": ("Corriger", "Fix"),
    "send again": ("Renvoyer", "Send again"),
    "new ideas": (r"\d+ nouvelles? idées?", r"\d+ new ideas?"),
    "locked": ("le tableau est fermé un moment", "the board is closed for a moment"),
    "mine": ("Les miennes", "Mine"),
    "all": ("Toutes", "All"),
    "offline": ("Reconnexion…|Connexion…", "Reconnecting…|Connecting…"),
    "live": ("En direct", "Live"),
    "settings": ("Réglages", "Settings"),
    "removed": ("Vous n’êtes plus sur ce tableau.", "You are no longer on this board."),
    "only for you": (
        "Visible de vous seul jusqu’à la révélation",
        "Private until the reveal",
    ),
    "turned over": ("Retournée par l’animation", "Turned over by the facilitator"),
    # the phone: rebounds
    "rebound on": ("Rebondir sur", "Rebound on"),
    "extend": ("Prolonger", "Extend"),
    "adapt": ("Adapter", "Adapt"),
    "combine": ("Combiner", "Combine"),
    "owes": ("Ce que je dois à cette idée", "What I owe this idea"),
    "owes line": ("Doit : {text}", "Owes: {text}"),
    "rebound": ("Rebondir", "Rebound"),
    "add a card": ("Ajouter une carte à combiner", "Add a card to combine"),
    "search": ("Chercher parmi les idées", "Search the ideas"),
    "from": ("d’après {names}", "from {names}"),
    "from two": ("d’après {one} et {other}", "from {one} and {other}"),
    "extends": ("prolonge", "extends"),
    "combines": ("combine", "combines"),
    # the phone: a card's menu
    "more for": ("Plus d’actions pour", "More for"),
    "lineage": ("Voir sa filiation", "See its lineage"),
    "edit": ("Modifier", "Edit"),
    "save": ("Enregistrer", "Save"),
    "text": ("Texte", "Text"),
    "move": ("Déplacer vers…", "Move to…"),
    "erase own": ("Effacer pour de bon", "Erase for good"),
    "compare": ("Comparer les textes", "Compare the texts"),
    "two versions": ("Deux versions", "Two versions"),
    "use mine": ("Mettre le mien", "Use mine"),
    "edited": ("modifiée", "edited"),
    # the phone: votes
    "points for": ("Points pour", "Points for"),
    "one more": ("Un de plus", "One more"),
    "one fewer": ("Un de moins", "One fewer"),
    "left": ("{n} points? à donner", "{n} points? left"),
    "none left": ("Tous vos points sont donnés", "All your points are given"),
    "see results": ("Voir les résultats", "See the results"),
    "tie": (
        "« {one} » et « {other} » partagent la première place, {n} points chacune.",
        "“{one}” and “{other}” share first place with {n} points each.",
    ),
    "tied": ("ex æquo", "tied"),
    "points": ("{n} points?", "{n} points?"),
    # the console
    "open a vote": ("Ouvrir un vote", "Open a vote"),
    "open points": ("Ouvrir : Points", "Open: Points"),
    "set up points": ("Régler : Points", "Set up: Points"),
    "open the vote": ("Ouvrir le vote", "Open the vote"),
    "close the vote": ("Clore le vote", "Close the vote"),
    "vote under way": ("Vote en cours", "Vote under way"),
    "points each": ("Points par personne", "Points each"),
    "voted": ("{n} sur {here} ont voté", "{n} of {here} have voted"),
    "results": ("Résultats", "Results"),
    "lock": ("Fermer le tableau", "Lock the board"),
    "unlock": ("Rouvrir le tableau", "Unlock the board"),
    "start timer": ("Lancer", "Start"),
    "card": ("Carte", "Card"),
    "turn over": ("Retourner", "Turn over"),
    "to the bin": ("Mettre à la corbeille", "Put in the bin"),
    "bin": ("Corbeille", "Bin"),
    "restore": ("Restaurer", "Restore"),
    "erase": ("Effacer pour de bon…", "Erase for good…"),
    "private": ("Au calme", "Private"),
    "reveal": ("Révéler les idées", "Reveal the ideas"),
    "who is here": ("Qui est là", "Who is here"),
    "remove person": ("Retirer du tableau…", "Remove from the board…"),
    "remove": ("Retirer", "Remove"),
    "large qr": ("Montrer le code QR en grand", "Show the QR code large"),
    "qr": ("Code QR qui ouvre", "QR code that opens"),
    "link for all": ("Lien pour tout le monde", "Link for everybody"),
    "open the wall": ("Ouvrir le mur", "Open the wall"),
    "keyboard": ("Clavier", "Keyboard"),
    "close": ("Fermer", "Close"),
    # the wall
    "ideas on paper": ("idées? sur le papier", "ideas? on paper"),
    "invitation": ("Le tableau est à vous.", "The board is yours."),
    "wall locked": ("Le tableau est fermé", "The board is locked"),
    "wall results": ("Ce que dit le vote", "What the vote says"),
    "wall voting": ("Nous votons", "We are voting"),
    "arc": ("« {child} » {verb} « {parent} »", "“{child}” {verb} “{parent}”"),
}


def words(key: str, language: Language, **fill: str | int) -> str:
    """What stands on the screen for `key`; some rows are regular expressions where a number changes the words."""
    french, english = _WORDS[key]
    said = french if language == "fr" else english
    return said.format(**fill) if fill else said
