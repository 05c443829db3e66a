# Makes cases.json: files as bytes, and how each must be read. The page's and the terminal's tests run the same table.
#   python3 tests/texts/make_cases.py > tests/texts/cases.json
import gzip, io, json, zipfile

english = "The old bridge creaked. Children ran home, and the rain followed them to the gate.\n" * 4
russian = "Старый мост через реку скрипел. Дети бежали домой, и дождь шёл за ними до ворот.\n" * 4
ukrainian = "Його очі світилися, і їжак ґречно вклонився. Щира людина завжди знайде свій шлях.\n" * 4
greek = "Η παλιά γέφυρα έτριζε. Τα παιδιά έτρεχαν στο σπίτι και η βροχή τα ακολουθούσε.\n" * 4
french = "Le garçon a mangé un gâteau près de la fenêtre, où l’été était déjà fini.\n" * 4
polish = "Zażółć gęślą jaźń, powiedział chłopiec. Świerszcze cichły, a łódź płynęła dalej.\n" * 4
japanese = "雨が降る。猫は窓の下で眠り、子供は本を読んでいた。\n" * 8
chinese = "小河流过村子，老人坐在树下讲故事，孩子们听得入神。\n" * 8
taiwanese = "小河流過村子，老人坐在樹下講故事，孩子們聽得入神。\n" * 8
korean = "낡은 다리가 삐걱거렸다. 아이들은 집으로 달려갔고 비가 그 뒤를 따랐다.\n" * 8
emoji = "hello 😀 world\n"

cases = []
def reads(name, data, text, encoding="utf-8", guessed=False, bad=0, first=None, markup=None, chosen=None):
    cases.append(dict(name=name, bytes=data.hex(), chosen=chosen, text=text, encoding=encoding, guessed=guessed,
                      badPlaces=bad, firstBad=first or [], markup=markup))
def refuses(name, data, said, chosen=None):
    cases.append(dict(name=name, bytes=data.hex(), chosen=chosen, refused=said))

# Unicode, with and without a mark
reads("empty", b"", "")
reads("ASCII", english.encode(), english)
reads("UTF-8", russian.encode(), russian)
reads("UTF-8 with a mark", b"\xef\xbb\xbf" + french.encode(), french)
for codec, label in [("utf-16-le", "utf-16le"), ("utf-16-be", "utf-16be"), ("utf-32-le", "utf-32le"), ("utf-32-be", "utf-32be")]:
    mark = "\ufeff".encode(codec)
    for language, text in [("English", english), ("Russian", russian), ("Chinese", chinese), ("emoji", emoji * 20)]:
        reads(f"{language} in {label} with a mark", mark + text.encode(codec), text, label)
        reads(f"{language} in {label}", text.encode(codec), text, label)

# UTF-8 with faults
whole = russian.encode()
at = len(russian[:100].encode())
reads("one bad byte", whole[:at] + b"\x92" + whole[at:], russian[:100] + "\ufffd" + russian[100:], bad=1,
      first=[dict(byte=at, line=1 + russian[:100].count("\n"))])
reads("two bad places, one of two bytes", b"\xff\xfe-" .replace(b"\xff\xfe", b"\xc0\xaf") + whole + b"\xff",
      "\ufffd-" + russian + "\ufffd", bad=2, first=[dict(byte=0, line=1), dict(byte=len(whole) + 3, line=5)])
cut = russian.rstrip("\n").rstrip(".").encode()[:-1]
reads("a cut last character", cut, cut.decode(errors="replace"), bad=1, first=[dict(byte=len(cut) - 1, line=4)])
cut = "It was so cold…".encode()[:-1]
reads("a cut last character, the only one", cut, "It was so cold\ufffd", bad=1, first=[dict(byte=len(cut) - 2, line=1)])
reads("CESU-8", emoji.replace("😀", "@").encode().replace(b"@", b"\xed\xa0\xbd\xed\xb8\x80") * 4, emoji * 4)

# Old encodings
for name, text, codec, label in [
    ("Russian", russian, "cp1251", "windows-1251"), ("Russian", russian, "koi8-r", "koi8-u"),
    ("Russian", russian, "cp866", "ibm866"), ("Ukrainian", ukrainian.replace("’", "'"), "cp1251", "windows-1251"),
    ("Greek", greek, "cp1253", "windows-1253"), ("French", french, "cp1252", "windows-1252"),
    ("Polish", polish, "cp1250", "windows-1250"), ("Polish", polish, "iso8859-2", "iso-8859-2"),
    ("Japanese", japanese, "shift_jis", "shift_jis"), ("Japanese", japanese, "euc_jp", "euc-jp"),
    ("Japanese", japanese, "iso2022_jp", "iso-2022-jp"), ("Chinese", chinese, "gb18030", "gb18030"),
    ("Chinese", taiwanese, "big5", "big5"), ("Korean", korean, "euc_kr", "euc-kr"),
]:
    reads(f"{name} in {label}", text.encode(codec), text, label, guessed=True)
reads("English with one dash of windows-1252", english.encode() + b"so \x96 well", english + "so – well", "windows-1252", guessed=True)
reads("a chosen encoding", russian.encode("cp1251"), russian, "windows-1251", chosen="windows-1251")
reads("a chosen encoding against better knowledge", "é".encode() * 60, "Ã©" * 60, "windows-1252", chosen="windows-1252")

# Control characters are no reason to refuse
reads("a last ^Z", english.encode() + b"\x1a", english + "\x1a")
reads("one NUL", english.encode() + b"\0" + english.encode(), english + "\0" + english)
reads("one NUL in Russian of windows-1251", russian.encode("cp1251") + b"\0" + russian.encode("cp1251"),
      russian + "\0" + russian, "windows-1251", guessed=True)
colours = "[12:30] <\x0304anna\x0f> \x02hello\x02 there\n" * 8
reads("colour codes", colours.encode(), colours)
log = "\x1b[32mINFO\x1b[0m the rain followed them\n" * 8
reads("a coloured log", log.encode(), log)
struck = "".join(f"{c}\b{c}" for c in "NAME") + "\n" + english
reads("overstrike", struck.encode(), struck)
paths = "".join(f"chapter {i}.txt\0" for i in range(40))
reads("names with NULs between them", paths.encode(), paths)

# Texts that begin with two letters of a picture, a program or an archive
for begin in ["BM", "MZ", "BZh", "ID3", "PK", "%P", "II*", "GIF", "FWS", "{", "<", "{ a }"]:
    reads(f"a text that begins with {begin}", f"{begin} is how it begins.\n{english}".encode(), f"{begin} is how it begins.\n{english}")

# Marks around the words
html = f"\n<!DOCTYPE html><html><body><p>{english}</p></body></html>"
reads("HTML", html.encode(), html, markup="a web page (HTML)")
reads("HTML with a mark, without a type", b"\xef\xbb\xbf" + html[16:].encode(), html[16:], markup="a web page (HTML)")
xml = f'<?xml version="1.0"?><a>{english}</a>'
reads("XML", xml.encode(), xml, markup="an XML document")
notebook = json.dumps(dict(cells=[dict(cell_type="markdown", metadata={}, source=[english])], metadata={}, nbformat=4, nbformat_minor=5), indent=1)
reads("a notebook", notebook.encode(), notebook, markup="a notebook (JSON)")

# No texts
def zipped(*files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content)
    return held.getvalue()
noise = bytes((i * i * 31 + i * 7 + (i >> 3) * 13) % 256 for i in range(2000))
refuses("RTF", rb"{\rtf1\ansi\deff0 " + english.encode() + b"}", "a rich-text document (RTF)")
refuses("PDF", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + noise, "a PDF document")
refuses("PDF of letters", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n" + english.encode(), "a PDF document")
refuses("DOCX", zipped(("[Content_Types].xml", "<Types/>"), ("_rels/.rels", "<a/>"), ("word/document.xml", "<w:document/>")), "a Word document (DOCX)")
refuses("EPUB", zipped(("mimetype", "application/epub+zip"), ("META-INF/container.xml", "<container/>")), "an e-book (EPUB)")
refuses("ZIP", zipped(("a.txt", english)), "an archive (ZIP)")
refuses("gzip", gzip.compress(english.encode(), mtime=0), "an archive (GZ)")
refuses("PNG", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x1e\0\0\0\x1e\x08\x02\0\0\0" + noise, "a picture (PNG)")
refuses("weights", (99).to_bytes(8, "little") + b'{"__metadata__":{}}' + noise, "a weights file (safetensors)")
refuses("noise", noise, "This file is binary")
refuses("zeros", bytes(500), "This file is binary")
refuses("UTF-16 in a chosen encoding that it does not have", english.encode("utf-16-le"), "Read as windows-1252 this file is no text", chosen="windows-1252")

print(json.dumps(cases, ensure_ascii=False, indent=0))
